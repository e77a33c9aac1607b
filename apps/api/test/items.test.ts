import { newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

describe('labels', () => {
  it('are exported with cells guarded that a spreadsheet would run', async () => {
    const other = await seedProject(api.app.database, {
      items: 3,
      choices: ['=1+1', '-5', 'say "hi", all'],
    });
    await api.app.database.pool.query('UPDATE project SET workspace_id = $2 WHERE id = $1', [
      other.projectId,
      api.seeded.workspaceId,
    ]);
    const values = ['=1+1', '-5', 'say "hi", all'];
    for (const [at, value] of values.entries()) {
      await api.app.database.pool.query(
        `INSERT INTO label (item_id, project_id, answer, source)
         VALUES ($1, $2, jsonb_build_object('answer', $3::text), 'import')`,
        [other.itemIds[at], other.projectId, value],
      );
      await api.app.database.pool.query(
        `UPDATE item SET external_id = '@cmd' || ordinal WHERE id = $1`,
        [other.itemIds[at]],
      );
    }
    const csv = await api.app.call('GET', `/projects/${other.projectId}/labels.csv`, {
      session: api.owner,
    });
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toBe(
      'external_id,split,answer,confidence,annotations,origin,source,updated_at,item_id',
    );
    expect(lines[1]).toMatch(/^'@cmd0,pool,'=1\+1,1,0,,import,/);
    expect(lines[2]).toMatch(/^'@cmd1,pool,-5,/);
    expect(lines[3]).toMatch(/^'@cmd2,pool,"say ""hi"", all",/);
    const jsonl = await api.app.call('GET', `/projects/${other.projectId}/labels.jsonl`, {
      session: api.owner,
    });
    const rows = jsonl.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row.answer.answer)).toEqual(values);
  });
});

describe('items', () => {
  it('leave the pool when they are withdrawn, and answers to them are refused', async () => {
    const itemId = api.seeded.itemIds[7] as string;
    const gone = await api.post(`/items/${itemId}/withdraw`, { reason: 'broken scan' });
    expect(gone.body.state).toBe('withdrawn');
    const sent = await api.post('/annotations', {
      annotations: [
        { key: newId(), itemId, kind: 'answer', answer: { answer: 'a' }, durationMs: 1 },
      ],
    });
    expect(sent.body.outcomes[0]).toMatchObject({ code: 'annotation.withdrawn' });
  });

  it('are drawn from their features where they came without a picture', async () => {
    const key = `projects/${api.seeded.projectId}/features/x/0-10.bin`;
    const pixels = new Uint8Array(10 * 64);
    pixels[64 + 5] = 16;
    await api.app.store.put(key, pixels);
    const setId = newId();
    await api.app.database.pool.query(
      `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, scale, rows)
       VALUES ($1, $2, 1, '{"kind":"pixels","width":8,"height":8}', '[1,8,8]', 'uint8', 0.0625, 10)`,
      [setId, api.seeded.projectId],
    );
    await api.app.database.pool.query(
      `INSERT INTO feature_shard (feature_set_id, project_id, index, rows, blob_key, content_hash)
       VALUES ($1, $2, 0, 10, $3, '')`,
      [setId, api.seeded.projectId, key],
    );
    const image = await api.get(`/items/${api.seeded.itemIds[1]}/image`);
    expect(image.status).toBe(200);
    expect(image.headers['content-type']).toBe('image/png');
    const same = await api.app.call('GET', `${api.project}/items/${api.seeded.itemIds[1]}/image`, {
      session: api.owner,
      headers: { 'if-none-match': String(image.headers.etag) },
    });
    expect(same.status).toBe(304);
  });
});
