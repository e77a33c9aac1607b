import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import { completeSpec } from '../nn/complete-spec.js';
import { checkFeatures } from '../nn/features.js';
import { resolveNetwork } from '../nn/network.js';
import type { ModelSpec, PartialModelSpec } from '../nn/spec.js';
import { checkTargets, type LabelledRows, targetScale } from '../nn/targets.js';
import { beliefOf } from '../posterior/belief-divergence.js';
import { familyOf } from '../posterior/family-of.js';
import { type FittedPosterior, fittedPosterior } from '../posterior/fitted.js';
import { priorFrom, requireBelief } from '../posterior/streaming-prior.js';
import { stream } from '../random/stream.js';
import type { Beginning } from './beginning.js';
import type { TrainingProgress } from './history.js';
import { meanOneWeights } from './row-weights.js';
import { trainNetwork } from './train-network.js';

export type FitOptions = {
  readonly engine: Engine;
  readonly spec: PartialModelSpec;
  readonly train: LabelledRows;
  /**
   * Rows that decide when to stop and which epoch to keep. Without them training runs to
   * `maxEpochs`.
   */
  readonly validation?: LabelledRows | undefined;
  readonly seed: number;
  /**
   * The streaming prior, mean field only: q is fitted to KL(q || prior) - E_q ln p(rows | w), so
   * `train` holds new rows only, as those behind it have been counted. Training begins at its
   * weights, numbers keep its scale.
   */
  readonly prior?: FittedPosterior | undefined;
  /** Trains only this ensemble member; see `combineEnsemble`. */
  readonly member?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
  /** A checkpoint of the same run; the result is bit for bit that of an undisturbed run. */
  readonly resumeFrom?: Uint8Array | undefined;
};

/**
 * Trains a posterior. The result depends on spec, data, seed and engine only.
 *
 * Rows with weights w_i count as often as these say: the loss is sum_i w_i loss_i / sum_i w_i in
 * expectation, since an epoch holds row i about R w_i / sum w times (`weightedPass`); on validation
 * rows it is this mean itself. LURE weights (`lureWeights`) undo the bias of rows that were chosen
 * by uncertainty.
 * @throws invalid_spec, invalid_data naming field or row; non-finite when training diverges;
 * aborted
 * @throws weights_mismatch when `prior` is of another spec
 * @see Farquhar, Gal & Rainforth 2021, "On Statistical Bias in Active Learning", section 3, for the
 * weights
 */
export async function fitPosterior(options: FitOptions): Promise<FittedPosterior> {
  const { engine, train, validation, seed, signal, onCheckpoint, resumeFrom } = options;
  const spec = completeSpec(options.spec);
  checkRows(train, spec, 'Training rows');
  if (validation) checkRows(validation, spec, 'Validation rows');
  const scale = options.prior?.targetScale ?? targetScale(train.targets);
  const beginning = options.prior ? beginningAt(spec, options.prior) : undefined;
  const indexes = memberIndexes(options.member, familyOf(spec.posterior).memberCount);
  if (indexes.length > 1 && (onCheckpoint || resumeFrom)) {
    throw new NumericsError(
      'invalid_argument',
      'Checkpoints are kept for each ensemble member: fit members one by one with `member` and join them with combineEnsemble.',
    );
  }
  const trained = [];
  for (const index of indexes) {
    const done = trained.length;
    const onProgress = options.onProgress
      ? (progress: TrainingProgress) =>
          options.onProgress?.({
            ...progress,
            fractionDone: (done + progress.fractionDone) / indexes.length,
          })
      : undefined;
    const source = stream(seed).split('training').at(index);
    const result = await trainNetwork({
      engine,
      spec,
      train,
      validation,
      scale,
      seed,
      member: index,
      source,
      beginning,
      signal,
      onProgress,
      onCheckpoint,
      resumeFrom,
    });
    trained.push({ index, ...result });
  }
  return fittedPosterior({
    spec,
    seed,
    targetScale: scale,
    history: trained.flatMap(({ history }) => history),
    members: trained.map(({ index, parameters }) => ({ index, parameters })),
  });
}

/**
 * Joins separately trained members into one ensemble, ordered by member.
 * @throws invalid_argument when specs, seeds or training numbers differ, or a member comes twice
 */
export function combineEnsemble(parts: readonly FittedPosterior[]): FittedPosterior {
  const [first] = parts;
  if (!first)
    throw new NumericsError('invalid_argument', 'An ensemble needs at least one member, got none.');
  const identity = ({ spec, seed, targetScale }: FittedPosterior) =>
    JSON.stringify({ spec, seed, targetScale });
  if (parts.some((part) => identity(part) !== identity(first))) {
    throw new NumericsError(
      'invalid_argument',
      'Members of one ensemble share spec, seed and training rows; these differ.',
    );
  }
  const members = parts.flatMap((part) => part.members).sort((a, b) => a.index - b.index);
  if (new Set(members.map(({ index }) => index)).size !== members.length) {
    throw new NumericsError(
      'invalid_argument',
      `Each ensemble member may come once, got ${members.map(({ index }) => index).join(', ')}.`,
    );
  }
  const history = parts
    .flatMap((part) => part.history)
    .sort((a, b) => a.member - b.member || a.epoch - b.epoch);
  return fittedPosterior({ ...first, members, history });
}

export function checkRows(
  { features, targets, weights }: LabelledRows,
  spec: ReturnType<typeof completeSpec>,
  what: string,
): void {
  checkFeatures(features, spec.input.shape, what);
  checkTargets(targets, features.rows, spec, what);
  meanOneWeights(weights, features.rows, what);
}

function beginningAt(spec: ModelSpec, prior: FittedPosterior): Beginning {
  requireBelief(spec, 'training that begins from an earlier posterior');
  const network = resolveNetwork(spec);
  const initialValues = priorFrom(spec, network, prior);
  return { belief: beliefOf(network, initialValues), initialValues };
}

function memberIndexes(member: number | undefined, count: number): number[] {
  if (member === undefined) return Array.from({ length: count }, (_, i) => i);
  if (!Number.isInteger(member) || member < 0 || member >= count) {
    throw new NumericsError(
      'invalid_argument',
      `Member counts from 0 to ${count - 1}, got ${member}.`,
      { member, count },
    );
  }
  return [member];
}
