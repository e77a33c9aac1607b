import { DubioError } from './dubio-error.js';
import type { Calls } from './operation-types.js';
import type { Import, Round } from './schema.gen.js';
import { pause } from './transport.js';

export type WaitOptions<State> = {
  readonly signal?: AbortSignal;
  /** Told each time something moved. */
  readonly onProgress?: (state: State) => void;
  readonly pollMs?: number;
};

const ROUND_OVER = new Set<Round['state']>(['ready', 'superseded', 'failed', 'cancelled']);
const IMPORT_OVER = new Set<Import['state']>(['done', 'failed', 'cancelled']);

async function poll<State>(
  get: () => Promise<State>,
  isOver: (state: State) => boolean,
  options: WaitOptions<State>,
): Promise<State> {
  let before = '';
  for (;;) {
    const state = await get();
    const now = JSON.stringify(state);
    if (now !== before) options.onProgress?.(state);
    before = now;
    if (isOver(state)) return state;
    await pause(options.pollMs ?? 500, options.signal);
  }
}

/**
 * Waits until a round is ready. @throws DubioError `round.failed` when it failed or was cancelled.
 */
export async function waitForRound(
  calls: Pick<Calls, 'rounds'>,
  input: { readonly projectId: string; readonly number: number },
  options: WaitOptions<Round> = {},
): Promise<Round> {
  const call = options.signal ? { signal: options.signal } : {};
  const round = await poll(
    () => calls.rounds.get(input, call),
    (state) => ROUND_OVER.has(state.state),
    options,
  );
  if (round.state === 'failed' || round.state === 'cancelled') {
    const why = round.failure?.message ?? 'Somebody cancelled it.';
    throw new DubioError('round.failed', `Round ${round.number} ended as ${round.state}. ${why}`);
  }
  return round;
}

/**
 * Starts a round and waits until it is ready. While another one runs the wish is remembered, and
 * then the round that comes of it is waited for.
 *
 * @throws DubioError `round.failed` when it failed or was cancelled
 */
export async function startRoundAndWait(
  calls: Pick<Calls, 'rounds'>,
  projectId: string,
  options: WaitOptions<Round> = {},
): Promise<Round> {
  const call = options.signal ? { signal: options.signal } : {};
  const newest = async () => (await calls.rounds.list({ projectId, limit: 1 }, call)).items[0];
  const before = await newest();
  const { round } = await calls.rounds.start({ projectId }, call);
  const isNew = (one: Round | undefined) => one !== undefined && one.number > (before?.number ?? 0);
  // A remembered wish becomes a round when the running one has ended, whichever way.
  const started = round ?? (await poll(newest, isNew, { ...options, onProgress: () => undefined }));
  return waitForRound(calls, { projectId, number: started?.number ?? 0 }, options);
}

/** Waits until an import is done. @throws DubioError `import.failed` with the reason. */
export async function waitForImport(
  calls: Pick<Calls, 'imports'>,
  input: { readonly projectId: string; readonly importId: string },
  options: WaitOptions<Import> = {},
): Promise<Import> {
  const call = options.signal ? { signal: options.signal } : {};
  const done = await poll(
    () => calls.imports.get(input, call),
    (state) => IMPORT_OVER.has(state.state),
    options,
  );
  if (done.state !== 'done') {
    const why = done.error ?? 'Somebody cancelled it.';
    throw new DubioError(
      'import.failed',
      `Import of ${done.fileName} ended as ${done.state}. ${why}`,
    );
  }
  return done;
}
