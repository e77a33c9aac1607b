import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertLength, type Reals } from '../uncertainty/checks.js';
import type { NumberSamples } from '../uncertainty/number-uncertainty.js';
import { assertDistributions, type LogProbs } from '../uncertainty/predictive-moments.js';
import { batchBald } from './batch-bald.js';
import { classErrors } from './diverse/answer-errors.js';
import { badge } from './diverse/badge.js';
import { bait, fisherWeights } from './diverse/bait.js';
import { coreSet } from './diverse/core-set.js';
import { type Features, type GreedyBatch, takeRows } from './diverse/features.js';
import { lcmd } from './diverse/lcmd.js';
import { standardise } from './diverse/standardise.js';
import { typicalClustering } from './diverse/typical-clustering.js';
import { epigOfClasses, epigOfNumbers } from './epig.js';
import type { JointOptions } from './joint-state.js';
import { topOrder } from './top-order.js';

export type AcquisitionOptions = Partial<JointOptions> & {
  /**
   * Of the power, softmax and softrank rules: 0 is random, large is top-k. Default: see
   * `defaultBeta`.
   */
  readonly beta?: number;
  /** Of BAIT: precision that every direction has before any label. Default 1. */
  readonly ridge?: number;
};

type Sampled = LogProbs | NumberSamples;

/** Samples of some items of the pool. `positions_M[m]` is the pool position of row m. */
export type Candidates<Samples extends Sampled = Sampled> = Samples & {
  readonly positions_M: Reals;
};

/** Features of some items, with predictive probabilities where the answers are classes, [N, C]. */
export type DescribedItems = Features & {
  readonly classes?: number;
  readonly probs_N_C?: Reals;
  /** Of answers of another kind, what BADGE goes by: see `answerErrors`. */
  readonly errors?: { readonly width: number; readonly error_N_E: Reals };
};

/** What joint rules look at beside the scores; which of it, `RuleDefinition.needs` says. */
export type RuleInputs = {
  /** Rules that need 'log-probs' or 'targets': the candidates, see `selectCandidates`. */
  readonly candidates?: Candidates;
  /** Rules that need 'targets': samples of items that predictions will be asked for. */
  readonly targets?: Sampled;
  /**
   * Rules that need 'features' or 'inputs': pool items, `positions_M[m]` is the pool position of
   * row m.
   */
  readonly described?: DescribedItems & { readonly positions_M: Reals };
  /** The same of items that have labels; rules pick away from them. */
  readonly labelled?: DescribedItems;
};

type JointRequest = RuleInputs & {
  readonly rule: string;
  readonly batchSize: number;
  readonly seed: number;
  readonly keys_N?: Reals;
  readonly options?: AcquisitionOptions;
};

/** Positions in the pool, what each was worth, and by how much an item left out could have won. */
export type JointBatch = {
  readonly indices: Int32Array;
  readonly gains: Float64Array;
  readonly missedAtMostNats: number | null;
};

/**
 * Picks a batch by what it says as a whole; costs as of `batchBald`, `epigOfClasses`, `badge` and
 * so on.
 * @throws NumericsError `invalid_argument` when what the rule needs is missing
 */
export function pickJointly(op: string, request: JointRequest, scores_N: Reals): JointBatch {
  switch (request.rule) {
    case 'batch-bald':
      return byBatchBald(op, request, scores_N);
    case 'epig':
      return byEpig(op, request, scores_N);
    default:
      return bySpread(op, request, scores_N.length);
  }
}

function byBatchBald(op: string, request: JointRequest, scores_N: Reals): JointBatch {
  const candidates = candidatesOf(op, request, scores_N.length);
  if (!('logProbs_N_K_C' in candidates)) throw missing(op, request.rule, 'log-probabilities');
  const { positions_M } = candidates;
  const { maxExactConfigurations, sampledConfigurations } = request.options ?? {};
  const batch = batchBald({
    candidates,
    batchSize: request.batchSize,
    seed: request.seed,
    keys_M: keysOf(positions_M, request.keys_N),
    options: {
      ...(maxExactConfigurations === undefined ? {} : { maxExactConfigurations }),
      ...(sampledConfigurations === undefined ? {} : { sampledConfigurations }),
    },
  });
  return bounded(batch.positions, batch.gainsNats, positions_M, scores_N);
}

function byEpig(op: string, request: JointRequest, scores_N: Reals): JointBatch {
  const candidates = candidatesOf(op, request, scores_N.length);
  const { targets } = request;
  if (!targets) throw missing(op, request.rule, 'samples of target items');
  const { positions_M } = candidates;
  const told_M = epigOf(op, candidates, targets);
  const rows = topOrder(told_M, request.batchSize, keysOf(positions_M, request.keys_N));
  const gains = Float64Array.from(rows, (m) => told_M[m]!);
  return bounded(rows, gains, positions_M, scores_N);
}

function epigOf(op: string, candidates: Sampled, targets: Sampled): Float64Array {
  if ('logProbs_N_K_C' in candidates && 'logProbs_N_K_C' in targets)
    return epigOfClasses({ candidates, targets });
  if ('means_N_T' in candidates && 'means_N_T' in targets)
    return epigOfNumbers({ candidates, targets });
  throw missing(op, 'epig', 'candidates and targets of the same kind');
}

/**
 * Rows are put in the order of their keys first, so that neither ties nor rounding depend on the
 * pool's order.
 */
function bySpread(op: string, request: JointRequest, poolRows: number): JointBatch {
  const { described, keys_N } = request;
  if (!described) throw missing(op, request.rule, 'features of the items');
  assertPositions(op, described.positions_M, described.rows, poolRows);
  const keys_M = keysOf(described.positions_M, keys_N);
  const order = Int32Array.from({ length: described.rows }, (_, m) => m).sort(
    (a, b) => keys_M[a]! - keys_M[b]! || a - b,
  );
  const sortedKeys_M = Float64Array.from(order, (m) => keys_M[m]!);
  const batch = spread(op, request, takeDescribed(described, order), sortedKeys_M);
  return {
    indices: Int32Array.from(batch.positions, (m) => described.positions_M[order[m]!]!),
    gains: batch.gains,
    missedAtMostNats: null,
  };
}

function spread(
  op: string,
  request: JointRequest,
  features: DescribedItems,
  keys_N: Float64Array,
): GreedyBatch {
  const { rule, batchSize, seed, labelled } = request;
  switch (rule) {
    case 'badge':
      return badge({ features, errors: errorsOf(op, features), batchSize, seed, keys_N });
    case 'bait':
      return bait({
        features,
        weights_N: weightsOf(features),
        labelled: labelled && { ...labelled, weights_N: weightsOf(labelled) },
        batchSize,
        ridge: request.options?.ridge,
      });
    case 'core-set':
      return coreSet({ features, labelled, batchSize });
    case 'lcmd':
      return lcmd({ features, labelled, batchSize });
    case 'typical-clustering':
      return typicalClustering({ ...standardised(features, labelled), batchSize, seed, keys_N });
    default:
      throw new NumericsError('invalid_argument', `${op}: "${rule}" picks no joint batch.`, {
        rule,
      });
  }
}

/** What BADGE goes by: as given, or from the probabilities of classes. */
function errorsOf(op: string, { rows, classes, probs_N_C, errors }: DescribedItems) {
  if (errors) return errors;
  if (classes === undefined || !probs_N_C) throw missing(op, 'badge', 'predicted probabilities');
  assertCount(op, 'classes', classes, 2);
  assertLength(op, 'probs_N_C', probs_N_C, rows * classes);
  assertDistributions(op, probs_N_C, rows, classes);
  return { width: classes, error_N_E: classErrors(probs_N_C, classes) };
}

/** Pool and labelled items on one scale, learned on the pool. */
function standardised(features: DescribedItems, labelled: DescribedItems | undefined) {
  return {
    features: standardise(features, features),
    labelled: labelled && standardise(labelled, features),
  };
}

const weightsOf = ({ rows, classes, probs_N_C }: DescribedItems): Float64Array =>
  classes !== undefined && probs_N_C
    ? fisherWeights(probs_N_C, rows, classes)
    : new Float64Array(rows).fill(1);

function takeDescribed(items: DescribedItems, order: Int32Array): DescribedItems {
  const { classes, probs_N_C, errors } = items;
  const isSorted = order.every((m, i) => m === i);
  if (isSorted) return items;
  const taken = (values: Reals, width: number) =>
    Float64Array.from(
      { length: order.length * width },
      (_, i) => values[order[Math.floor(i / width)]! * width + (i % width)]!,
    );
  return {
    ...takeRows(items, order),
    ...(classes === undefined || !probs_N_C
      ? {}
      : { classes, probs_N_C: taken(probs_N_C, classes) }),
    ...(errors ? { errors: { ...errors, error_N_E: taken(errors.error_N_E, errors.width) } } : {}),
  };
}

/** The bound of a rule whose gain never exceeds an item's own score. */
function bounded(
  rows: Int32Array,
  gains: Float64Array,
  positions_M: Reals,
  scores_N: Reals,
): JointBatch {
  const least = gains.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return {
    indices: Int32Array.from(rows, (m) => positions_M[m]!),
    gains,
    missedAtMostNats: Math.max(0, greatestOutside(scores_N, positions_M) - least),
  };
}

const keysOf = (positions_M: Reals, keys_N: Reals | undefined): Reals =>
  keys_N ? Float64Array.from(positions_M, (n) => keys_N[n]!) : positions_M;

function candidatesOf(op: string, { candidates, rule }: JointRequest, poolRows: number) {
  if (!candidates) throw missing(op, rule, 'samples of its candidates; see selectCandidates');
  assertPositions(op, candidates.positions_M, candidates.rows, poolRows);
  return candidates;
}

const missing = (op: string, rule: string, what: string): NumericsError =>
  new NumericsError('invalid_argument', `${op}: ${rule} needs ${what}.`, { op, rule });

/** Rows of a sub-sample are not positions of the pool: each must name its own, once. */
function assertPositions(op: string, positions_M: Reals, rows: number, poolRows: number): void {
  assertLength(op, 'positions_M', positions_M, rows);
  const seen = new Set<number>();
  for (let m = 0; m < rows; m++) {
    const n = positions_M[m]!;
    if (!Number.isInteger(n) || n < 0 || n >= poolRows || seen.has(n))
      throw new NumericsError(
        'invalid_argument',
        `${op}: positions_M must name distinct positions of a pool of ${poolRows}, got ${n} at ${m}.`,
        { op, index: m, got: n },
      );
    seen.add(n);
  }
}

function greatestOutside(scores_N: Reals, positions_M: Reals): number {
  const inside = new Uint8Array(scores_N.length);
  for (let m = 0; m < positions_M.length; m++) inside[positions_M[m]!] = 1;
  let greatest = 0;
  for (let n = 0; n < scores_N.length; n++)
    if (!inside[n] && scores_N[n]! > greatest) greatest = scores_N[n]!;
  return greatest;
}
