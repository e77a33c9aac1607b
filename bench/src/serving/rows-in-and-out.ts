import type { ApiClient } from './api-client.js';
import type { Workplace } from './fill-database.js';

export type RowsReport = {
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
};

const COLUMNS = 10;
const LOOK_MS = 200;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function csvOf(rows: number): Buffer {
  const lines = [`id,${Array.from({ length: COLUMNS }, (_, c) => `x${c}`).join(',')}`];
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: COLUMNS }, (_, c) => ((row * 31 + c * 17) % 1000) / 10);
    lines.push(`row-${row},${values.join(',')}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

type Import = { id: string; state: string; rowsAdded: number; error: string | null };

/** From the announcement of a CSV file until its rows are items: upload, reading and writing. */
export async function importRows(
  api: ApiClient,
  place: Workplace,
  rows: number,
): Promise<RowsReport> {
  const token = place.ownerToken;
  const field = {
    kind: 'choice',
    name: 'answer',
    question: 'Which?',
    choices: [{ value: 'a' }, { value: 'b' }],
  };
  const project = await api.call<{ id: string }>(
    'POST',
    `/workspaces/${place.workspaceId}/projects`,
    { token, body: { name: 'Import', itemKind: 'table', labelSchema: { fields: [field] } } },
  );
  const content = csvOf(rows);
  const start = performance.now();
  const path = `/projects/${project.id}/imports`;
  const made = await api.call<Import>('POST', path, {
    token,
    body: { fileName: 'rows.csv', options: { kind: 'csv' } },
  });
  await api.call('PUT', `${path}/${made.id}/content`, { token, body: content });
  for (;;) {
    const now = await api.call<Import>('GET', `${path}/${made.id}`, { token });
    if (now.state === 'failed') throw new Error(`The import failed: ${now.error}`);
    if (now.state === 'done' || now.rowsAdded === rows) break;
    await pause(LOOK_MS);
  }
  const seconds = (performance.now() - start) / 1000;
  return { rows, seconds, rowsPerSecond: rows / seconds };
}

/** A whole label export, read to its last byte. */
export async function exportRows(
  api: ApiClient,
  place: Workplace,
  kind: 'csv' | 'jsonl',
): Promise<RowsReport> {
  const start = performance.now();
  const text = await api.call<string | object>(
    'GET',
    `/projects/${place.projectId}/labels.${kind}`,
    {
      token: place.ownerToken,
    },
  );
  const seconds = (performance.now() - start) / 1000;
  const lines = String(text).split('\n').length - (kind === 'csv' ? 2 : 1);
  return { rows: lines, seconds, rowsPerSecond: lines / seconds };
}
