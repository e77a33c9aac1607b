/** What a query needs: a pool, or a client inside a transaction. */
export type Queryable = {
  query<Row>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
};
