import {
  type DescribedItems,
  getRule,
  type JointEvidence,
  selectCandidates,
} from '@dubio/active-learning';
import {
  type Engine,
  type FittedPosterior,
  lastLayerFeatures,
  type Predictor,
  stream,
  subset,
} from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';

export type EvidenceInput = {
  readonly rule: string;
  readonly engine: Engine;
  readonly posterior: FittedPosterior;
  readonly predictor: Predictor;
  readonly pool: Dataset;
  /** Positions in the pool of the items without a label, and of those with one. */
  readonly open: readonly number[];
  readonly labelled: readonly number[];
  readonly scores_N: ArrayLike<number>;
  readonly candidates: number;
  readonly seed: number;
};

/** Items of the pool that EPIG asks about, and that typical clustering looks at; as the platform does. */
const [TARGETS, MOST_CLUSTERED] = [100, 3_000] as const;

/** What a rule is told beside the scores; nothing for rules that go by scores alone. */
export async function evidenceFor(input: EvidenceInput): Promise<JointEvidence> {
  switch (getRule(input.rule).needs) {
    case 'moments':
      return {};
    case 'log-probs':
      return { candidates: await candidatesOf(input) };
    case 'targets': {
      const targets = await samplesOf(input, drawn(input, 'targets', TARGETS));
      return { candidates: await candidatesOf(input), targets };
    }
    case 'features': {
      const described = await describe(input, takeRows(input.pool, input.open));
      return {
        described: { ...described, positions_M: Int32Array.from(input.open, (_, i) => i) },
        labelled: await describe(input, takeRows(input.pool, input.labelled)),
      };
    }
    case 'inputs': {
      const positions_M = drawn(input, 'clustered', MOST_CLUSTERED);
      const items = takeRows(input.pool, at(input, positions_M));
      return {
        described: { ...valuesOf(items), positions_M },
        labelled: valuesOf(takeRows(input.pool, input.labelled)),
      };
    }
  }
}

async function candidatesOf(input: EvidenceInput) {
  const positions_M = selectCandidates(input.scores_N, input.candidates, input.open);
  return { ...(await samplesOf(input, positions_M)), positions_M };
}

async function samplesOf(input: EvidenceInput, positions: Int32Array) {
  const { predictor, pool } = input;
  const { features } = takeRows(pool, at(input, positions));
  return {
    rows: positions.length,
    samples: predictor.samples,
    classes: pool.classes,
    logProbs_N_K_C: await predictor.logProbs(features),
  };
}

/** What the last layer sees of some items, and what is predicted for them. */
async function describe(
  { engine, posterior, predictor }: EvidenceInput,
  { features, classes }: Dataset,
): Promise<DescribedItems> {
  const described = await lastLayerFeatures({ engine, posterior }, features);
  const moments = await predictor.moments(features);
  if (moments.kind !== 'class') throw new Error('A curve needs a model that answers with a class.');
  return { ...described, classes, probs_N_C: moments.meanProbs_N_C };
}

function valuesOf({ features }: Dataset): DescribedItems {
  const { rows, data } = features;
  return { rows, dimensions: data.length / rows, features_N_D: Float32Array.from(data) };
}

const drawn = ({ seed, open }: EvidenceInput, name: string, most: number): Int32Array =>
  subset(stream(seed).split(name), open.length, Math.min(most, open.length)).sort();

const at = ({ open }: EvidenceInput, positions: Int32Array): Int32Array =>
  positions.map((n) => open[n]!);
