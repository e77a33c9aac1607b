import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JobPayload, ProjectId, RoundId, SimulationId } from '@dubio/contracts';
import { createObjectStore, type JobContext, newId, type ObjectStore } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GIVEN_UP } from '../src/claims/lost-work.js';
import { computeFeatures } from '../src/features/compute-features.task.js';
import { returnFeatures } from '../src/features/return-features.js';
import { createImportHandler } from '../src/imports/import.handler.js';
import { returnLostWork } from '../src/maintenance/return-lost-work.js';
import { createTrainHandler } from '../src/rounds/train.handler.js';
import type { Services } from '../src/services.js';
import { createSimulationHandler } from '../src/simulations/simulation.handler.js';

const SIDE = 4;

describe('work that cannot be done', () => {
  let test: TestDatabase;
  let store: ObjectStore;
  let folder: string;
  let projectId: ProjectId;
  let services: Services;
  const timing = { heartbeatMs: 1000, staleMs: 6000, forgottenMs: 60_000 };
  const query = async (text: string, ...values: unknown[]) =>
    (await test.database.pool.query<Record<string, unknown>>(text, values)).rows;

  beforeAll(async () => {
    test = await startTestDatabase();
    folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-tries-'));
    store = createObjectStore(pathToFileURL(folder).href);
  });
  afterAll(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    projectId = ProjectId.parse((await seedProject(test.database)).projectId);
    services = { database: test.database, store, timing, logger: console } as unknown as Services;
  });

  const context = (): JobContext => ({
    ...{ attempt: 1, maxAttempts: 3, jobId: 'job', othersWait: async () => false },
    signal: new AbortController().signal,
    logger: { debug() {}, info() {}, warn() {}, error() {} } as never,
  });
  const anImport = async (state: string, hoursAgo: number) => {
    const id = newId();
    await query(
      `INSERT INTO import (id, project_id, state, file_name, options, claim_token, heartbeat_at, created_at, finished_at)
       VALUES ($1, $2, $3::"ImportState", 'file', '{"kind":"zip"}', $4, now() - $5 * interval '1 hour',
         now() - $5 * interval '1 hour', $6)`,
      ...[id, projectId, state, state === 'running' ? 'dead' : null, hoursAgo],
      state === 'done' ? new Date(Date.now() - hoursAgo * 3_600_000) : null,
    );
    return id;
  };

  describe('for one item', () => {
    const png = () =>
      sharp(Buffer.alloc(SIDE * SIDE, 9), { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .png()
        .toBuffer();
    /** Pictures by their bytes; null is one that the store has not. */
    const pictures = async (contents: readonly (Buffer | null)[]) => {
      const featuriser = { kind: 'pixels', width: SIDE, height: SIDE, channels: 1 };
      await query(
        `UPDATE project SET item_kind = 'image', featuriser = $2, next_ordinal = $3 WHERE id = $1`,
        ...[projectId, JSON.stringify(featuriser), contents.length],
      );
      for (const [ordinal, content] of contents.entries()) {
        const key = `projects/${projectId}/items/${ordinal}.png`;
        if (content !== null) await store.put(key, content);
        await query(
          `INSERT INTO item (id, project_id, ordinal, external_id, content_hash, blob_key)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          ...[newId(), projectId, ordinal, `${ordinal}.png`, Buffer.from([ordinal]), key],
        );
      }
    };
    const compute = () =>
      computeFeatures(
        { projectId },
        {
          signal: new AbortController().signal,
          store,
          settings: {} as never,
          database: () => test.database,
          report: () => {},
        },
      );
    const told = () =>
      query('SELECT line, reason FROM import_problem WHERE project_id = $1 ORDER BY id', projectId);

    it('goes on without a picture that cannot be decoded, or is gone, and tells of each once', async () => {
      const importId = await anImport('done', 1);
      await pictures([await png(), Buffer.from('no picture'), null, await png()]);
      expect(await compute()).toEqual({ state: 'done', rows: 4 });
      const problems = [
        { line: 2, reason: expect.stringContaining('"1.png" was taken out') },
        { line: 3, reason: expect.stringContaining('its picture is not in the store') },
      ];
      expect(await told()).toEqual(problems);
      expect(
        await query('SELECT state FROM item WHERE project_id = $1 ORDER BY ordinal', projectId),
      ).toEqual(['pool', 'withdrawn', 'withdrawn', 'pool'].map((state) => ({ state })));
      // A new generation meets them again.
      await query('DELETE FROM feature_set WHERE project_id = $1', projectId);
      expect(await compute()).toEqual({ state: 'done', rows: 4 });
      expect(await told()).toEqual(problems);
      expect(await query('SELECT rows_bad FROM import WHERE id = $1', importId)).toEqual([
        { rows_bad: 2 },
      ]);
    });

    it('takes a store that has nothing at all for a store that is away', async () => {
      await pictures([null, null]);
      await expect(compute()).rejects.toThrow('its picture is not in the store');
      expect(await told()).toEqual([]);
      expect(
        await query(`SELECT 1 FROM item WHERE project_id = $1 AND state = 'withdrawn'`, projectId),
      ).toEqual([]);
    });
  });

  it('computes features again ever more seldom, and tells people in the end', async () => {
    const importId = await anImport('done', 1);
    await query('UPDATE project SET next_ordinal = 5 WHERE id = $1', projectId);
    const jobs = async () =>
      (
        await query(
          `SELECT 1 FROM outbox_job WHERE name = 'features.compute' AND payload->>'projectId' = $1`,
          projectId,
        )
      ).length;
    const later = (ms: number) =>
      query(
        `UPDATE outbox_job SET created_at = created_at - $2 * interval '1 millisecond'
          WHERE payload->>'projectId' = $1`,
        ...[projectId, ms],
      );
    const counts: number[] = [];
    for (let minute = 0; minute < 200; minute++) {
      await returnFeatures(services);
      counts.push(await jobs());
      await later(timing.forgottenMs);
    }
    expect(counts.at(-1)).toBe(GIVEN_UP);
    const firstOf = (count: number) => counts.indexOf(count);
    expect([1, 2, 3, 4, 5, 6].map(firstOf)).toEqual([0, 2, 6, 14, 30, 62]);
    expect(await query('SELECT error FROM import WHERE id = $1', importId)).toEqual([
      { error: expect.stringContaining(`could not be computed in ${GIVEN_UP} tries`) },
    ]);
  });

  it('gives an import up that takes its workers down, and keeps what was read', async () => {
    const importId = await anImport('running', 1);
    await query('UPDATE import SET rows_added = 7 WHERE id = $1', importId);
    for (let time = 0; time < GIVEN_UP; time++) {
      await returnLostWork(services);
      expect(await query('SELECT state FROM import WHERE id = $1', importId)).toEqual([
        { state: 'running' },
      ]);
      await query(
        `UPDATE import SET claim_token = 'dead', heartbeat_at = now() - interval '1 hour' WHERE id = $1`,
        importId,
      );
    }
    await returnLostWork(services);
    expect(await query('SELECT state, error FROM import WHERE id = $1', importId)).toEqual([
      { state: 'failed', error: expect.stringContaining(`lost ${GIVEN_UP} times`) },
    ]);
  });

  it('gives its turn to others between two batches of an import', async () => {
    const importId = await anImport('queued', 0);
    const run = (_task: string, _request: object, options: { signal: AbortSignal } & Progress) =>
      new Promise((_resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(options.signal.reason));
        const nowMs = performance.now();
        const clock = { now: nowMs };
        const timer = setInterval(() => {
          options.onProgress();
          if (options.signal.aborted) clearInterval(timer);
        }, 1);
        performance.now = () => (clock.now += 5000);
      });
    const trueNow = performance.now;
    const handler = createImportHandler({ ...services, compute: { run } as never });
    const payload = { importId, projectId } as JobPayload<'import.run'>;
    await handler(payload, { ...context(), othersWait: async () => true });
    performance.now = trueNow;
    expect(await query('SELECT state, claim_token FROM import WHERE id = $1', importId)).toEqual([
      { state: 'queued', claim_token: null },
    ]);
    expect(
      await query(`SELECT job_id FROM outbox_job WHERE payload->>'importId' = $1`, importId),
    ).toEqual([{ job_id: expect.stringMatching(/^turn:/) }]);
  });

  it('ends a replay and its simulation whose stored settings cannot be read', async () => {
    const simulationId = SimulationId.parse(newId());
    await query(
      `INSERT INTO simulation (id, project_id, spec) VALUES ($1, $2, '{"rules":"what?"}')`,
      ...[simulationId, projectId],
    );
    await query(
      `INSERT INTO replay (simulation_id, project_id, rule, seed) VALUES ($1, $2, 'bald', 1)`,
      ...[simulationId, projectId],
    );
    const payload = { simulationId, projectId, rule: 'bald', seed: 1 };
    await createSimulationHandler(services)(payload, context());
    expect(
      await query(
        `SELECT r.state, r.error, s.state AS whole FROM replay r JOIN simulation s ON s.id = r.simulation_id
          WHERE s.id = $1`,
        simulationId,
      ),
    ).toEqual([
      {
        state: 'failed',
        error: expect.stringMatching(/^its stored settings cannot be read \(rules: /),
        whole: 'failed',
      },
    ]);
  });

  it('ends a round whose stored settings cannot be read', async () => {
    const roundId = RoundId.parse(newId());
    await query(
      `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition, policies)
       VALUES ($1, $2, 1, 'queued', 'person', 1, '{}', '{}', '{"overlap":"many"}')`,
      ...[roundId, projectId],
    );
    await createTrainHandler(services)({ roundId, projectId }, context());
    expect(await query('SELECT state, failure_message FROM round WHERE id = $1', roundId)).toEqual([
      { state: 'failed', failure_message: expect.stringContaining('settings cannot be read') },
    ]);
  });
});

type Progress = { onProgress: () => void };
