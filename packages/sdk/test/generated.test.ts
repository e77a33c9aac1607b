import { openApiDocument } from '@dubio/contracts';
import { expect, it } from 'vitest';
import { createClient } from '../src/index.js';

it('the client has a call for each operation of the document', () => {
  const client = createClient({ baseUrl: '' }) as unknown as Record<
    string,
    Record<string, unknown>
  >;
  const paths = openApiDocument().paths as Record<string, Record<string, { operationId: string }>>;
  const ids = Object.values(paths).flatMap((one) => Object.values(one).map((op) => op.operationId));
  expect(ids.length).toBeGreaterThan(50);
  for (const id of ids) {
    const [area = '', name = ''] = id.split('.');
    expect(client[area]?.[name], id).toBeTypeOf('function');
  }
});
