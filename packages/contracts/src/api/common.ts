import { z } from 'zod';

export const Instant = z.iso.datetime();

/** A page of a list: at most `limit` rows after `cursor`. */
export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const page = <Row extends z.ZodType>(row: Row) =>
  z.object({ items: z.array(row), nextCursor: z.string().nullable() });

export const Empty = z.object({});

/** A rate with its 95 % interval (Wilson) and the count it rests on. */
export const Rate = z.object({
  value: z.number().min(0).max(1),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
  count: z.int().min(0),
});
export type Rate = z.infer<typeof Rate>;
