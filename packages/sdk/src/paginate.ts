import type { CallOptions } from './operation-types.js';

type Page<Row> = { items: Row[]; nextCursor: string | null };
type ListCall<Input, Row> = (input: Input, options?: CallOptions) => Promise<Page<Row>>;

/**
 * Walks a whole list, page after page.
 *
 * @example for await (const item of paginate(client.items.list, { projectId })) …
 */
export async function* paginate<Input extends { cursor?: string }, Row>(
  list: ListCall<Input, Row>,
  input: Input,
  options?: CallOptions,
): AsyncGenerator<Row, void, undefined> {
  let cursor = input.cursor;
  do {
    const page = await list(cursor === undefined ? input : { ...input, cursor }, options);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
