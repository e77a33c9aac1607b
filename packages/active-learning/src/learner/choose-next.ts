import { getRule } from '../acquisition/rules.js';
import { type ChosenQueue, chooseQueue, type RuleChoice } from './choose-queue.js';
import type { PoolScores } from './pool-scores.js';
import type { Model, Pool } from './ports.js';
import { scoreRows } from './score-rows.js';

export type NextRequest = {
  readonly acquisition: RuleChoice;
  /**
   * Of the queue that a round would publish, and how many of it are labelled before the next one.
   */
  readonly queueSize: number;
  readonly batch: number;
  readonly seed: number;
  /** Keys of the items without a label, rising. */
  readonly open: Int32Array;
  /** Keys of those that the model was trained on. */
  readonly labelled: ArrayLike<number>;
  readonly pool: Pool;
  readonly model: Model;
  readonly signal?: AbortSignal | undefined;
};

/**
 * What a round would ask next: scores all that is open and takes the first `batch` items of its
 * queue.
 */
export async function chooseNext(request: NextRequest): Promise<ChosenQueue> {
  const { acquisition, open, pool, model, signal, batch } = request;
  return chooseQueue({
    ...request,
    length: batch,
    queueSize: Math.max(request.queueSize, batch),
    controlShare: 0,
    activeTestShare: 0,
    scores: await scored(acquisition.rule, open, { pool, model, signal }),
    gone: new Set(),
    firstSamples: null,
    expectedLosses: [],
  });
}

async function scored(
  rule: string,
  keys: Int32Array,
  { pool, model, signal }: Pick<NextRequest, 'pool' | 'model' | 'signal'>,
): Promise<PoolScores> {
  const { ordering } = getRule(rule);
  // Chance alone asks no model.
  if (ordering === 'uniform') return unscored(keys);
  const predictor = await model.predictor();
  const features = await pool.features(keys);
  const { samples } = predictor;
  const { columns } = await scoreRows(
    { predictor, features, keys, rule, samples, firstSamples: null },
    { signal },
  );
  return columns;
}

function unscored(ordinal: Int32Array): PoolScores {
  const zeros = () => new Float32Array(ordinal.length);
  return {
    ordinal,
    total: zeros(),
    aleatoric: zeros(),
    epistemic: zeros(),
    score: zeros(),
    mean: zeros(),
    predicted: new Int32Array(ordinal.length).fill(-1),
    votes: new Int32Array(0),
    classes: 0,
    firstLook: null,
  };
}
