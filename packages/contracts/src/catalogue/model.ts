import type { LabelField } from '../project/label-schema.js';
import { defaultsOf, type ValuesOf } from './fields.js';
import { NETWORKS, type Network } from './networks.js';
import {
  oneOfWords,
  POSTERIORS,
  type Posterior,
  posteriorCan,
  posteriorsThat,
} from './posteriors/index.js';
import {
  LEARNING,
  NOISE,
  type Noise,
  OPTIMISERS,
  type Optimiser,
  type Partitioned,
  TRAINING,
} from './training.js';

/**
 * How a project's network is built, how its weights are uncertain, how it is trained and sampled.
 */
export type ModelSettings = {
  network: Network;
  posterior: Posterior;
  optimiser: Optimiser;
  noise: Noise;
  /** Null: all labels in one place. */
  partitioned: Partitioned | null;
  /** A round begins from the posterior in use and learns from labels it has not seen. */
  streaming: boolean;
} & ValuesOf<typeof TRAINING>;

/** The network of a project that says nothing about it. */
export const DEFAULT_MODEL = {
  network: { preset: 'mlp', ...defaultsOf(NETWORKS.mlp.fields) },
  posterior: { kind: 'mc-dropout', ...defaultsOf(POSTERIORS['mc-dropout'].fields) },
  optimiser: { kind: 'adam', ...defaultsOf(OPTIMISERS.adam.fields) },
  noise: defaultsOf(NOISE),
  ...defaultsOf(TRAINING),
  partitioned: null,
  streaming: LEARNING.streaming.default,
} as const satisfies ModelSettings;

/** A part of the settings that does not fit the rest of them. */
export type SettingProblem = {
  readonly path: readonly string[];
  /** What was expected, in the names of the API. */
  readonly expected: string;
  /** The same for people, beside the field. */
  readonly says: string;
};

const warmUpOf = (posterior: Posterior): number =>
  'klWarmUpEpochs' in posterior ? posterior.klWarmUpEpochs : 0;

const PARTITIONING = oneOfWords(posteriorsThat('partitions'));
const STREAMING = oneOfWords(posteriorsThat('streams'));

/** Which parts of model settings do not go together, each once. */
export function modelProblems(settings: ModelSettings): SettingProblem[] {
  const { posterior, samples, partitioned, streaming, maxEpochs } = settings;
  const can = posteriorCan(posterior.kind);
  const problems: SettingProblem[] = [];
  if (can.epistemic && samples < 2) {
    problems.push({
      path: ['samples'],
      expected: 'at least 2 (one sample cannot disagree with itself)',
      says: 'At least 2: one sample cannot disagree with itself.',
    });
  }
  if (partitioned !== null && !can.partitions) {
    problems.push({
      path: ['partitioned'],
      expected: `null unless the posterior is ${PARTITIONING}: other posteriors have no factors to multiply`,
      says: 'Other posteriors have no factors to multiply.',
    });
  }
  if (streaming && !can.streams) {
    problems.push({
      path: ['streaming'],
      expected: `false unless the posterior is ${STREAMING}: no other posterior can be the prior of the next round`,
      says: 'No other posterior can be the prior of the next round.',
    });
  }
  const warmUp = warmUpOf(posterior);
  const path = ['posterior', 'klWarmUpEpochs'];
  if (warmUp >= maxEpochs) {
    problems.push({
      path,
      expected: 'fewer than maxEpochs: otherwise the whole of the prior never counts',
      says: 'Fewer than the epochs at most.',
    });
  }
  if (warmUp > 0 && (partitioned !== null || streaming)) {
    problems.push({
      path,
      expected:
        '0 with partitioned or streaming: a prior that knows something must count from the first step',
      says: '0 with partitions, or when rounds begin from the model in use.',
    });
  }
  return problems;
}

export type AskedField = Pick<LabelField, 'kind'>;
type FitProblem = SettingProblem & { readonly got: string };

/**
 * Which parts of model settings do not fit what is asked. Only what is written is held to it: a
 * project is read whatever it holds.
 */
export function fitProblems(
  { posterior, noise, samples }: Pick<ModelSettings, 'posterior' | 'noise' | 'samples'>,
  asked: readonly AskedField[],
): FitProblem[] {
  const { fits } = posteriorCan(posterior.kind);
  const problems: FitProblem[] = [];
  if (samples < 1) {
    const [expected, says] = ['at least 1', 'At least 1.'];
    problems.push({ path: ['samples'], expected, says, got: String(samples) });
  }
  if (fits === 'one-plain-field' && !isOnePlainField(noise, asked)) {
    problems.push({
      path: ['posterior', 'kind'],
      expected: 'another posterior for several choices, several fields and predicted noise',
      says: 'For one choice or one number, without learned noise.',
      got: posterior.kind,
    });
  }
  return problems;
}

/** One choice or one number, whose noise is not learned. */
function isOnePlainField(noise: Noise, [field, ...others]: readonly AskedField[]): boolean {
  if (others.length > 0 || field === undefined || field.kind === 'choices') return false;
  return field.kind === 'choice' ? !noise.logits : noise.numbers === 'shared';
}
