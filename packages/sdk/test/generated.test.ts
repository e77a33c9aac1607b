import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '@dubio/contracts';
import { expect, it } from 'vitest';
import { createClient } from '../src/index.js';

it('what is generated from the contracts is committed as generated', () => {
  const script = fileURLToPath(new URL('../scripts/generate.mjs', import.meta.url));
  expect(() =>
    execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});

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
