import { gzipSync } from 'node:zlib';
import { ImportId, ProjectId } from '@dubio/contracts';
import { enqueueJob, newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';

type Row = Record<string, unknown>;

describe('imports', () => {
  let harness: Harness;
  const query = async (text: string, ...values: unknown[]): Promise<Row[]> =>
    (await harness.database.pool.query<Row>(text, values)).rows;

  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  async function project(itemKind: string, featuriser: object, choices = ['a', 'b']) {
    const seeded = await seedProject(harness.database, {
      choices,
      policies: { retrainAfterLabels: 10 },
    });
    await query(
      'UPDATE project SET item_kind = $2, featuriser = $3, seed = 3 WHERE id = $1',
      seeded.projectId,
      itemKind,
      JSON.stringify(featuriser),
    );
    return seeded.projectId;
  }

  async function upload(
    projectId: string,
    options: object,
    bytes: Uint8Array,
    extra: { labelsKey?: string } = {},
  ) {
    const importId = newId();
    const key = `projects/${projectId}/imports/${importId}/content`;
    await harness.store.put(key, bytes);
    await query(
      `INSERT INTO import (id, project_id, state, file_name, options, content_key, bytes_total, labels_key)
       VALUES ($1, $2, 'queued', 'file', $3, $4, $5, $6)`,
      importId,
      projectId,
      JSON.stringify({ header: true, split: 'pool', takeAnswers: true, ...options }),
      key,
      bytes.length,
      extra.labelsKey ?? null,
    );
    await harness.database.transaction((tx) =>
      enqueueJob(tx, 'import.run', {
        importId: ImportId.parse(importId),
        projectId: ProjectId.parse(projectId),
      }),
    );
    return importId;
  }

  const ended = (importId: string) =>
    until(async () => {
      const [row] = await query(
        `SELECT * FROM import WHERE id = $1 AND state IN ('done', 'failed')`,
        importId,
      );
      return row ?? null;
    });
  const featured = (projectId: string) =>
    until(async () => {
      const [row] = await query(
        `SELECT f.* FROM feature_set f JOIN project p ON p.id = f.project_id
          WHERE p.id = $1 AND f.rows = p.next_ordinal AND p.next_ordinal > 0`,
        projectId,
      );
      return row ?? null;
    });
  const text = (value: string) => new TextEncoder().encode(value);

  const table = (rows: number, from = 0) =>
    Array.from({ length: rows }, (_, i) => {
      const n = from + i;
      return `${n},${(n * 7919) % 1000},${n / 10},${n % 3 === 0 ? 'red' : 'blue'},${n % 5 === 0 ? 'a' : ''}`;
    }).join('\n');

  it('takes good rows, lists bad ones by line, and starts the loop', async () => {
    await harness.startWorker({ concurrency: 2 });
    const projectId = await project('table', { kind: 'table' });
    const bad = 'x1,1,2,red,zebra\nx2,3\n5,35595,0.5,red,a\n';
    const csv = `id,size,age,colour,answer\n${table(300)}\n${bad}`;
    const importId = await upload(projectId, { kind: 'csv' }, text(csv));
    expect(await ended(importId)).toMatchObject({
      state: 'done',
      rows_read: 303,
      rows_added: 300,
      rows_duplicate: 1,
      rows_bad: 2,
      error: null,
    });
    expect(
      await query(
        'SELECT line, field, reason FROM import_problem WHERE import_id = $1 ORDER BY line',
        importId,
      ),
    ).toEqual([
      { line: 302, field: 'answer', reason: 'Expected one of a, b, got "zebra".' },
      { line: 303, field: null, reason: 'Expected 5 cells, got 2.' },
    ]);
    const set = await featured(projectId);
    expect(set).toMatchObject({ generation: 1, shape: [4], dtype: 'float32' });
    // Sixty imported answers are more than the ten that a round waits for.
    const round = await until(async () => {
      const [row] = await query(
        'SELECT trigger, labels FROM round WHERE project_id = $1',
        projectId,
      );
      return row ?? null;
    });
    expect(round).toEqual({ trigger: 'first-labels', labels: 60 });
    const origins = await until(async () => {
      const rows = await query(
        `SELECT origin, count(*)::int AS n FROM queue_entry WHERE project_id = $1 AND generation = 0
          GROUP BY origin ORDER BY origin`,
        projectId,
      );
      return rows.length === 2 ? rows : null;
    });
    expect(origins.reduce((sum, row) => sum + Number(row.n), 0)).toBe(240);
    // Typical items of different kinds come first, each with how typical it is; control items are
    // drawn at random.
    const scored = await query(
      `SELECT origin, score IS NOT NULL AS scored, count(*)::int AS n, min(rank)::int AS first
         FROM queue_entry WHERE project_id = $1 AND generation = 0 GROUP BY 1, 2 ORDER BY 1`,
      projectId,
    );
    expect(scored).toMatchObject([
      { origin: 'control', scored: false, n: 24 },
      { origin: 'cold-start', scored: true, n: 216, first: 1 },
    ]);
  });

  it('stops a small file of very many bad rows, says at which, and keeps what was good', async () => {
    const projectId = await project('table', { kind: 'table' });
    const csv = `id,size,age,colour,answer\n${table(40)}\n${'x\n'.repeat(150_000)}`;
    const packed = gzipSync(csv);
    expect(packed.length).toBeLessThan(5000);
    const importId = await upload(projectId, { kind: 'csv' }, packed);
    expect(await ended(importId)).toMatchObject({
      state: 'failed',
      rows_added: 40,
      rows_bad: 100_001,
      error: expect.stringMatching(
        /^file: More than 100,000 of its rows cannot be taken, up to row 100,042: .* What came before it is in\.$/,
      ),
    });
    expect(
      await query('SELECT count(*)::int FROM import_problem WHERE import_id = $1', importId),
    ).toEqual([{ count: 10_000 }]);
    expect(await featured(projectId)).toMatchObject({ rows: 40 });
  });

  it('adds nothing when the same file comes again, and appends what is new to the same features', async () => {
    const projectId = await project('table', { kind: 'table' });
    const head = 'id,size,age,colour,answer\n';
    await ended(await upload(projectId, { kind: 'csv' }, text(head + table(200))));
    await featured(projectId);
    const again = await ended(await upload(projectId, { kind: 'csv' }, text(head + table(200))));
    expect(again).toMatchObject({ rows_added: 0, rows_duplicate: 200 });
    const more = await ended(
      await upload(projectId, { kind: 'csv' }, text(head + table(150, 100))),
    );
    expect(more).toMatchObject({ rows_added: 50, rows_duplicate: 100 });
    expect(await featured(projectId)).toMatchObject({ generation: 1, rows: 250 });
    const ordinals = await query(
      'SELECT ordinal FROM item WHERE project_id = $1 ORDER BY ordinal',
      projectId,
    );
    expect(ordinals.map((row) => row.ordinal)).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  it('goes on behind the last written row after kill -9, as if nothing had been', async () => {
    const projectId = await project('vector', { kind: 'vector' });
    const rows = 60_000;
    const csv = `id,x,y\n${Array.from({ length: rows }, (_, i) => `${i},${i},${i * 2}`).join('\n')}`;
    const importId = await upload(projectId, { kind: 'csv' }, text(csv));
    const victims = [await harness.startWorker(), await harness.startWorker()];
    await until(async () => {
      const [row] = await query('SELECT rows_read FROM import WHERE id = $1', importId);
      return Number(row?.rows_read) > 2000;
    });
    // Whichever of them has it.
    await Promise.all(victims.map((worker) => worker.kill()));
    expect(await ended(importId)).toMatchObject({
      state: 'done',
      rows_read: rows,
      rows_added: rows,
      rows_duplicate: 0,
    });
    const [count] = await query(
      'SELECT count(*)::int AS items, max(ordinal) AS last FROM item WHERE project_id = $1',
      projectId,
    );
    expect(count).toEqual({ items: rows, last: rows - 1 });
  });

  it('takes pictures out of a zip and refuses what is none', async () => {
    const projectId = await project('image', { kind: 'pixels', width: 8, height: 8, channels: 1 });
    const picture = async (shade: number) => {
      const background = { r: shade, g: shade, b: shade };
      return sharp({ create: { width: 20, height: 10, channels: 3, background } })
        .png()
        .toBuffer();
    };
    const zip = zipSync({
      'a/1.png': await picture(10),
      'b/2.png': await picture(200),
      'b/same-as-2.png': await picture(200),
      '../outside.png': await picture(50),
      'c/script.svg': text('<svg onload="alert(1)"/>'),
    });
    const importId = await upload(projectId, { kind: 'zip' }, zip);
    expect(await ended(importId)).toMatchObject({
      rows_added: 2,
      rows_duplicate: 1,
      rows_bad: 2,
    });
    expect(await featured(projectId)).toMatchObject({ dtype: 'uint8', shape: [1, 8, 8], rows: 2 });
    const [item] = await query(
      `SELECT i.blob_key, l.answer FROM item i JOIN label l ON l.item_id = i.id
        WHERE i.project_id = $1 AND i.external_id = 'b/2.png'`,
      projectId,
    );
    expect(item?.answer).toEqual({ answer: 'b' });
    const png = await harness.store.get(String(item?.blob_key));
    expect(await sharp(png).metadata()).toMatchObject({ width: 20, height: 10, format: 'png' });
  });

  it('takes texts as JSON lines, with their split and answer', async () => {
    const projectId = await project('text', { kind: 'text', buckets: 256 });
    const lines = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({
        source: 'mail',
        text: `message number ${i} about ${i % 2 === 0 ? 'cats' : 'dogs'}`,
        label: i % 2 === 0 ? 'a' : 'b',
        split: i < 30 ? 'train' : 'test',
        at: i,
      }),
    );
    const importId = await upload(projectId, { kind: 'jsonl' }, gzipSync(text(lines.join('\n'))));
    expect(await ended(importId)).toMatchObject({ state: 'done', rows_added: 40, rows_bad: 0 });
    expect(await featured(projectId)).toMatchObject({ shape: [256], dtype: 'float32', rows: 40 });
    const [row] = await query(
      `SELECT payload, split FROM item WHERE project_id = $1 AND ordinal = 39`,
      projectId,
    );
    expect(row).toEqual({
      payload: { source: 'mail', text: 'message number 39 about dogs', at: 39 },
      split: 'test',
    });
    // As in the source, for those who read it on the labelling page.
    expect(Object.keys(row?.payload as object)).toEqual(['source', 'text', 'at']);
  });

  it('takes pictures and labels from two IDX files', async () => {
    const projectId = await project('image', { kind: 'pixels', width: 4, height: 4, channels: 1 }, [
      '0',
      '1',
    ]);
    const count = 20;
    const header = (...sizes: number[]) => {
      const bytes = Buffer.alloc(4 + 4 * sizes.length);
      bytes[2] = 8;
      bytes[3] = sizes.length;
      sizes.forEach((size, i) => {
        bytes.writeUInt32BE(size, 4 + 4 * i);
      });
      return bytes;
    };
    const pixels = Uint8Array.from({ length: count * 16 }, (_, i) => (i * 37) % 256);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const labelsKey = `projects/${projectId}/imports/labels`;
    await harness.store.put(labelsKey, Buffer.concat([header(count), labels]));
    const pictures = gzipSync(Buffer.concat([header(count, 4, 4), pixels]));
    const importId = await upload(projectId, { kind: 'idx', split: 'test' }, pictures, {
      labelsKey,
    });
    expect(await ended(importId)).toMatchObject({ state: 'done', rows_bad: 0, error: null });
    const set = await featured(projectId);
    const [shard] = await query(
      'SELECT blob_key FROM feature_shard WHERE feature_set_id = $1',
      set.id,
    );
    const stored = await harness.store.get(String(shard?.blob_key));
    expect([...stored.subarray(0, 16)]).toEqual([...pixels.subarray(0, 16)]);
    const answers = await query(
      `SELECT l.answer->>'answer' AS answer FROM label l JOIN item i ON i.id = l.item_id
        WHERE l.project_id = $1 ORDER BY i.ordinal LIMIT 3`,
      projectId,
    );
    expect(answers.map((row) => row.answer)).toEqual(['0', '1', '0']);
  });

  it('says why a file cannot be read', async () => {
    const projectId = await project('table', { kind: 'table' });
    const importId = await upload(projectId, { kind: 'zip' }, text('not a zip'));
    expect(await ended(importId)).toMatchObject({
      state: 'failed',
      error: 'The file is not a zip that can be read. Zip the pictures again and upload that.',
    });
  });
});
