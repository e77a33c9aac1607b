import { RUNNING_STATES } from '@dubio/contracts';
import { createDemoProject } from '@dubio/labelling';
import { createObjectStore, type Database, db, findRow } from '@dubio/platform';
import { quantile } from '../framework/statistics.js';
import type { ApiClient } from './api-client.js';
import type { Workplace } from './fill-database.js';

export type PredictReport = {
  readonly rows: number;
  readonly calls: number;
  /** Posterior samples behind each figure, as the demo is set up. */
  readonly samples: number;
  /** The first call, which loads the model. */
  readonly coldMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
};

const LABELS = 60;
const PIXELS = 64;
const LEVELS = 17;
const LOOK_MS = 250;
const MODEL_WITHIN_MS = 120_000;

type Models = { items: { id: string; spec: { samples: number } }[] };
type Predicted = { predictions: { epistemic: number }[] };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function waitForModel(api: ApiClient, path: string, token: string) {
  const until = performance.now() + MODEL_WITHIN_MS;
  while (performance.now() < until) {
    const { items } = await api.call<Models>('GET', `${path}/models`, { token });
    if (items[0] !== undefined) return items[0];
    await pause(LOOK_MS);
  }
  throw new Error(`No model after ${MODEL_WITHIN_MS / 1000} s.`);
}

async function waitUntilIdle(database: Database, projectId: string): Promise<void> {
  for (;;) {
    const running = db
      .selectFrom('round')
      .select('id')
      .where('project_id', '=', projectId)
      .where('state', 'in', RUNNING_STATES)
      .limit(1);
    if ((await findRow(database.pool, running)) === null) return;
    await pause(LOOK_MS);
  }
}

/**
 * Trains the demo's dense net on some labels, then asks it for batches of rows, one after the
 * other.
 */
export async function predictRows(
  api: ApiClient,
  parts: { database: Database; storageUrl: string; place: Workplace },
  plan: { rows: number; calls: number },
): Promise<PredictReport> {
  const { database, place } = parts;
  const token = place.ownerToken;
  const store = createObjectStore(parts.storageUrl);
  const demo = await createDemoProject(database, store, { workspaceId: place.workspaceId });
  if (demo.projectId === null) throw new Error('The demo is there already.');
  const path = `/projects/${demo.projectId}`;
  await api.call('POST', `${path}/demo-answers`, { token, body: { count: LABELS } });
  const model = await waitForModel(api, path, token);
  await waitUntilIdle(database, demo.projectId);
  const ask = async (call: number): Promise<number> => {
    const rows = Array.from({ length: plan.rows }, (_, row) =>
      Array.from({ length: PIXELS }, (_, pixel) => (call * 7 + row * 31 + pixel * 17) % LEVELS),
    );
    const start = performance.now();
    const { predictions } = await api.call<Predicted>(
      'POST',
      `${path}/models/${model.id}/predict`,
      { token, body: { rows } },
    );
    if (predictions.length !== plan.rows) throw new Error('Some rows have no prediction.');
    return performance.now() - start;
  };
  const coldMs = await ask(0);
  const times: number[] = [];
  for (let call = 1; call <= plan.calls; call++) times.push(await ask(call));
  return {
    ...plan,
    samples: model.spec.samples,
    coldMs,
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  };
}
