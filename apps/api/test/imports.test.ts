import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('imports', () => {
  it('guess what columns are from the head of a file', async () => {
    const head =
      'id;height;colour;label\n1;1.5;red;a\n2;2.5;"dark;red";b\n3;0.5;red;a\n4;9;red;b\n5;1;';
    const answer = await api.app.call(
      'POST',
      `/workspaces/${api.seeded.workspaceId}/import-previews`,
      {
        session: api.owner,
        body: { kind: 'csv', head },
      },
    );
    expect(answer.body).toMatchObject({ delimiter: ';', header: true, itemKind: 'table' });
    expect(
      answer.body.columns.map((c: { name: string; role: string; kind: string }) => [
        c.name,
        c.role,
        c.kind,
      ]),
    ).toEqual([
      ['id', 'external-id', 'number'],
      ['height', 'feature', 'number'],
      ['colour', 'feature', 'category'],
      ['label', 'answer', 'category'],
    ]);
    expect(answer.body.preview[1].colour).toBe('dark;red');
  });

  it('see a text where people wrote one', async () => {
    const line = (text: string, label: string) => JSON.stringify({ text, label });
    const head = [
      line('A film that stays with you for a long while.', 'good'),
      line('Two hours that nobody will give me back again.', 'bad'),
    ].join('\n');
    const answer = await api.app.call(
      'POST',
      `/workspaces/${api.seeded.workspaceId}/import-previews`,
      {
        session: api.owner,
        body: { kind: 'jsonl', head },
      },
    );
    expect(answer.body).toMatchObject({ itemKind: 'text', delimiter: null });
    expect(answer.body.columns[0]).toMatchObject({ name: 'text', role: 'text' });
  });

  it('begin when all bytes are there, and only once', async () => {
    const made = await api.post('/imports', { fileName: 'a.csv', options: { kind: 'csv' } });
    expect(made.body.state).toBe('uploading');
    const url = `${api.project}/imports/${made.body.id}/content`;
    const bytes = new TextEncoder().encode('x,y\n1,2\n');
    const sent = await api.app.call('PUT', url, { session: api.owner, body: bytes });
    expect(sent.body).toMatchObject({ state: 'queued', bytesTotal: 8 });
    const again = await api.app.call('PUT', url, { session: api.owner, body: bytes });
    expect(again.body.code).toBe('import.running');
    const { rows } = await api.app.database.pool.query(
      `SELECT count(*)::int AS n FROM outbox_job WHERE name = 'import.run'
         AND payload->>'importId' = $1`,
      [made.body.id],
    );
    expect(rows[0].n).toBe(1);
  });

  it('wait for the second file where there is one', async () => {
    const options = { kind: 'idx', labelsUpload: 'labels.gz' };
    const made = await api.post('/imports', { fileName: 'images.gz', options });
    const url = `${api.project}/imports/${made.body.id}/content`;
    const send = (part: string) =>
      api.app.call('PUT', `${url}?part=${part}`, {
        session: api.owner,
        body: new Uint8Array([1, 2]),
      });
    expect((await send('items')).body.state).toBe('uploading');
    expect((await send('labels')).body.state).toBe('queued');
  });

  it('refuse what are no bytes, and empty files', async () => {
    const made = await api.post('/imports', { fileName: 'a.csv', options: { kind: 'csv' } });
    const url = `${api.project}/imports/${made.body.id}/content`;
    const json = await api.app.call('PUT', url, { session: api.owner, body: { a: 1 } });
    expect(json.body.code).toBe('request.invalid');
    const empty = await api.app.call('PUT', url, { session: api.owner, body: new Uint8Array() });
    expect(empty.body.code).toBe('request.invalid');
  });

  it('list bad rows in the order of the file', async () => {
    const made = await api.post('/imports', { fileName: 'b.csv', options: { kind: 'csv' } });
    await api.app.database.pool.query(
      `INSERT INTO import_problem (project_id, import_id, line, reason)
       SELECT $1, $2, n, 'bad' FROM generate_series(1, 25) n`,
      [api.seeded.projectId, made.body.id],
    );
    const lines: number[] = [];
    let cursor = '';
    do {
      const page = await api.get(`/imports/${made.body.id}/problems?limit=10${cursor}`);
      lines.push(...page.body.items.map((p: { line: number }) => p.line));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(lines).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });
});
