import type { PrismaClient } from '../generated/prisma/client.js';

/** What a query needs: a pool, a client inside a transaction, or `asQueryable(prismaTransaction)`. */
export type Queryable = {
  query<Row>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
};

type PrismaRaw = Pick<PrismaClient, '$queryRawUnsafe'>;

/** Lets SQL of the hot paths join a transaction that Prisma began. */
export function asQueryable(transaction: PrismaRaw): Queryable {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const rows = await transaction.$queryRawUnsafe<Row[]>(text, ...values);
      return { rows, rowCount: rows.length };
    },
  };
}
