import type { AcquisitionRule, Choice, LabelField, ModelSpec, Policies } from '@dubio/contracts';
import { type NumberRule, readNumber } from './read-number';

/** What is typed, as it is typed; errors stand beside the field they belong to. */
export type Draft = Readonly<Record<string, string>>;
export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/** Reads several fields at once, so that every mistake is shown at once. */
function reader(draft: Draft) {
  const errors: Record<string, string> = {};
  const number = (field: string, rule: NumberRule): number => {
    const read = readNumber(draft[field] ?? '', rule);
    if (read.error !== null) {
      errors[field] = read.error;
    }
    return read.value ?? 0;
  };
  const maybe = (field: string, rule: NumberRule): number | null => {
    const read = readNumber(draft[field] ?? '', { ...rule, open: true });
    if (read.error !== null) {
      errors[field] = read.error;
    }
    return read.value;
  };
  const done = <Value>(value: Value): Read<Value> =>
    Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value };
  return { errors, number, maybe, done };
}

const write = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

export const policiesDraft = (policies: Policies): Draft => ({
  retrainAfterLabels: write(policies.retrainAfterLabels),
  overlap: write(policies.overlap),
  leaseSeconds: write(policies.leaseSeconds),
  queueSize: write(policies.queueSize),
  controlShare: write(Number((policies.controlShare * 100).toFixed(4))),
  firstSamples: write(policies.firstSamples),
  testShare: write(Number((policies.testShare * 100).toFixed(4))),
});

type PolicyNumbers = Pick<
  Policies,
  | 'retrainAfterLabels'
  | 'overlap'
  | 'leaseSeconds'
  | 'queueSize'
  | 'controlShare'
  | 'testShare'
  | 'firstSamples'
>;
/** Of the queue that may be set apart from training, in percent. */
const MOST_APART = 50;

export function readPolicies(draft: Draft): Read<PolicyNumbers> {
  const { number, maybe, errors, done } = reader(draft);
  const controlShare = number('controlShare', { from: 0, to: MOST_APART });
  const testShare = number('testShare', { from: 0, to: MOST_APART });
  if (errors.testShare === undefined && testShare > 0 && controlShare + testShare > MOST_APART) {
    errors.testShare = `With those drawn at random at most ${MOST_APART} %.`;
  }
  return done({
    retrainAfterLabels: maybe('retrainAfterLabels', { from: 1, to: 1_000_000, whole: true }),
    overlap: number('overlap', { from: 1, to: 20, whole: true }),
    leaseSeconds: number('leaseSeconds', { from: 15, to: 3600, whole: true }),
    queueSize: number('queueSize', { from: 1, to: 1_000_000, whole: true }),
    controlShare: controlShare / 100,
    testShare: testShare / 100,
    firstSamples: maybe('firstSamples', { from: 4, to: 250, whole: true }),
  });
}

type Stop = Policies['stop'];
export const stopDraft = (stop: Stop, accuracy: boolean): Draft => ({
  targetMetric: write(
    stop.targetMetric === null || !accuracy
      ? stop.targetMetric
      : Number((stop.targetMetric * 100).toFixed(4)),
  ),
  epistemicNats: write(stop.epistemicNats),
  labelBudget: write(stop.labelBudget),
  totalDoubt: write(stop.totalDoubt),
  leastGain: write(
    stop.leastGain === null || !accuracy
      ? stop.leastGain
      : Number((stop.leastGain * 100).toFixed(4)),
  ),
  agreement: write(stop.agreement),
});
export function readStop(draft: Draft, accuracy: boolean): Read<Stop> {
  const { maybe, done } = reader(draft);
  const target = maybe('targetMetric', accuracy ? { from: 1, to: 100 } : { from: 0, to: 1e9 });
  const gain = maybe('leastGain', { from: 0.001, to: accuracy ? 100 : 1e9 });
  return done({
    targetMetric: target === null || !accuracy ? target : target / 100,
    epistemicNats: maybe('epistemicNats', { from: 0, to: 100 }),
    labelBudget: maybe('labelBudget', { from: 1, to: 1_000_000_000, whole: true }),
    totalDoubt: maybe('totalDoubt', { from: 0, to: 1e9 }),
    leastGain: gain === null || !accuracy ? gain : gain / 100,
    agreement: maybe('agreement', { from: 0.5, to: 1 }),
  });
}

export const acquisitionDraft = (spec: { beta: number | null; batchSize: number }): Draft => ({
  beta: write(spec.beta),
  batchSize: write(spec.batchSize),
});
/** Rules that pick by chance; beta says how little of it. */
export const picksByChance = (rule: AcquisitionRule): boolean =>
  /^(power|softmax|softrank)-/.test(rule);
export const picksJointly = (rule: AcquisitionRule): boolean => rule === 'batch-bald';

/** Reads what the rule uses; the rest, which is not on the page, stays as it was. */
export function readAcquisition(
  draft: Draft,
  rule: AcquisitionRule,
  before: { readonly beta: number | null; readonly batchSize: number },
): Read<{ rule: AcquisitionRule; beta: number | null; batchSize: number }> {
  const { number, maybe, done } = reader(draft);
  return done({
    rule,
    beta: picksByChance(rule) ? maybe('beta', { from: 0.001, to: 1000 }) : before.beta,
    batchSize: picksJointly(rule)
      ? number('batchSize', { from: 1, to: 200, whole: true })
      : before.batchSize,
  });
}

/** The network of a project that says nothing about it. */
export const DEFAULT_MODEL: ModelSpec = {
  network: { preset: 'mlp', hidden: [128, 128], activation: 'relu' },
  posterior: { kind: 'mc-dropout', rate: 0.5 },
  optimiser: { kind: 'adam', learningRate: 1e-3, weightDecay: 1e-4 },
  noise: { numbers: 'shared', logits: false },
  batchSize: 64,
  maxEpochs: 100,
  patience: 10,
  drawsPerEpoch: 2048,
  samples: 50,
  partitioned: null,
  streaming: false,
};

type PosteriorOf<Kind> = Extract<ModelSpec['posterior'], { readonly kind: Kind }>;

export type ModelKinds = {
  readonly preset: ModelSpec['network']['preset'];
  readonly activation: 'relu' | 'tanh';
  readonly posterior: ModelSpec['posterior']['kind'];
  readonly estimator: PosteriorOf<'mean-field'>['estimator'];
  readonly curvature: PosteriorOf<'laplace-last-layer'>['curvature'];
  readonly optimiser: ModelSpec['optimiser']['kind'];
  readonly noise: ModelSpec['noise'];
  /** Whether labels are dealt to shards; mean field only, like streaming. */
  readonly inShards: boolean;
  readonly streaming: boolean;
};
export const modelKinds = (spec: ModelSpec): ModelKinds => ({
  preset: spec.network.preset,
  activation: spec.network.preset === 'mlp' ? spec.network.activation : 'relu',
  posterior: spec.posterior.kind,
  estimator:
    spec.posterior.kind === 'mean-field' ? spec.posterior.estimator : 'local-reparameterisation',
  curvature: spec.posterior.kind === 'laplace-last-layer' ? spec.posterior.curvature : 'kronecker',
  optimiser: spec.optimiser.kind,
  noise: spec.noise,
  inShards: spec.partitioned !== null,
  streaming: spec.streaming,
});
export const modelDraft = (spec: ModelSpec): Draft => ({
  hidden: spec.network.preset === 'mlp' ? spec.network.hidden.join(', ') : '128, 128',
  ...posteriorDraft(spec.posterior),
  learningRate: write(spec.optimiser.learningRate),
  weightDecay: write(spec.optimiser.weightDecay),
  momentum: write(spec.optimiser.kind === 'sgd' ? spec.optimiser.momentum : 0.9),
  batchSize: write(spec.batchSize),
  maxEpochs: write(spec.maxEpochs),
  patience: write(spec.patience),
  drawsPerEpoch: write(spec.drawsPerEpoch),
  samples: write(spec.samples),
  shards: write(spec.partitioned?.shards ?? 4),
  shardRounds: write(spec.partitioned?.rounds ?? 10),
  damping: write(spec.partitioned?.damping),
});

/** The fields of every posterior, so that one can go back and forth between them. */
function posteriorDraft(posterior: ModelSpec['posterior']): Draft {
  const first = {
    rate: 0.5,
    members: 5,
    priorDeviation: 0.1,
    klScale: 0.01,
    klWarmUpEpochs: 0,
    initialRate: 0.1,
    lengthScale: 0.01,
    gatheredEpochs: 20,
    globalScale: 1e-5,
  };
  const own = posterior.kind === 'swag' ? { gatheredEpochs: posterior.epochs } : posterior;
  const written = Object.entries({ ...first, ...own }).filter(([name]) => name in first);
  return Object.fromEntries(written.map(([name, value]) => [name, String(value)]));
}

type Asked = Pick<LabelField, 'kind'>;

/** Whether a Laplace posterior of the last layer can answer what is asked. */
function laplaceFits(noise: ModelSpec['noise'], fields: readonly Asked[]): boolean {
  const [field] = fields;
  if (fields.length !== 1 || field === undefined || field.kind === 'choices') return false;
  return field.kind === 'choice' ? !noise.logits : noise.numbers === 'shared';
}

export function readModel(
  draft: Draft,
  kinds: ModelKinds,
  fields: readonly Asked[],
): Read<ModelSpec> {
  const { number, maybe, errors, done } = reader(draft);
  const hidden = readHidden(draft.hidden ?? '');
  if (kinds.preset === 'mlp' && hidden === null) {
    errors.hidden = 'One to six whole numbers from 1 to 4,096, with commas between.';
  }
  if (kinds.posterior === 'laplace-last-layer' && !laplaceFits(kinds.noise, fields)) {
    errors.posterior = 'For one choice or one number, without learned noise.';
  }
  const isMeanField = kinds.posterior === 'mean-field';
  const posterior = posteriorOf(kinds, number);
  const maxEpochs = number('maxEpochs', { from: 1, to: 10_000, whole: true });
  const warmUp = 'klWarmUpEpochs' in posterior ? posterior.klWarmUpEpochs : 0;
  if (isMeanField && (kinds.inShards || kinds.streaming) && warmUp > 0) {
    errors.klWarmUpEpochs = '0 with shards, or when rounds begin from the model in use.';
  } else if (warmUp >= maxEpochs && maxEpochs > 0) {
    errors.klWarmUpEpochs = 'Fewer than the epochs at most.';
  }
  const sgd = kinds.optimiser === 'sgd';
  const learning = {
    learningRate: number('learningRate', { from: 1e-9, to: sgd ? 10 : 1 }),
    weightDecay: number('weightDecay', { from: 0, to: 1 }),
  };
  const network: ModelSpec['network'] =
    kinds.preset === 'mlp'
      ? { preset: 'mlp', hidden: hidden ?? [], activation: kinds.activation }
      : { preset: kinds.preset };
  return done({
    network,
    posterior,
    optimiser: sgd
      ? { kind: 'sgd', ...learning, momentum: number('momentum', { from: 0, to: 0.999 }) }
      : { kind: 'adam', ...learning },
    noise: kinds.noise,
    batchSize: number('batchSize', { from: 1, to: 4096, whole: true }),
    maxEpochs,
    patience: number('patience', { from: 1, to: 1000, whole: true }),
    drawsPerEpoch: number('drawsPerEpoch', { from: 1, to: 1_000_000, whole: true }),
    samples: number('samples', {
      from: kinds.posterior === 'point' ? 1 : 2,
      to: 10_000,
      whole: true,
      tooSmall: 'At least 2: one sample cannot disagree with itself.',
    }),
    partitioned:
      isMeanField && kinds.inShards
        ? {
            shards: number('shards', { from: 2, to: 64, whole: true }),
            rounds: number('shardRounds', { from: 1, to: 200, whole: true }),
            damping: maybe('damping', { from: 0.001, to: 1 }),
          }
        : null,
    streaming: isMeanField && kinds.streaming,
  });
}

function posteriorOf(
  kinds: ModelKinds,
  number: (field: string, rule: NumberRule) => number,
): ModelSpec['posterior'] {
  const divergence = () => ({
    klScale: number('klScale', { from: 1e-9, to: 1 }),
    klWarmUpEpochs: number('klWarmUpEpochs', { from: 0, to: 1000, whole: true }),
  });
  switch (kinds.posterior) {
    case 'mc-dropout':
      return { kind: 'mc-dropout', rate: number('rate', { from: 0.01, to: 0.99 }) };
    case 'ensemble':
      return { kind: 'ensemble', members: number('members', { from: 2, to: 50, whole: true }) };
    case 'point':
      return { kind: 'point' };
    case 'mean-field':
      return {
        kind: 'mean-field',
        estimator: kinds.estimator,
        priorDeviation: number('priorDeviation', { from: 1e-6, to: 100 }),
        ...divergence(),
      };
    case 'concrete-dropout':
      return {
        kind: 'concrete-dropout',
        initialRate: number('initialRate', { from: 0.01, to: 0.99 }),
        lengthScale: number('lengthScale', { from: 1e-9, to: 1000 }),
      };
    case 'group-normal-jeffreys':
      return {
        kind: 'group-normal-jeffreys',
        ...divergence(),
      };
    case 'group-horseshoe':
      return {
        kind: 'group-horseshoe',
        ...divergence(),
        globalScale: number('globalScale', { from: 1e-9, to: 100 }),
      };
    case 'swag':
      return { kind: 'swag', epochs: number('gatheredEpochs', { from: 2, to: 100, whole: true }) };
    case 'laplace-last-layer':
      return { kind: 'laplace-last-layer', curvature: kinds.curvature };
  }
}

function readHidden(text: string): number[] | null {
  const sizes = text.split(',').map((part) => Number(part.trim()));
  const fine = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 4096);
  return fine && sizes.length <= 6 && text.trim() !== '' ? sizes : null;
}

/** The question and its answers; values stay, since labels refer to them. */
export function readQuestion(
  field: LabelField,
  draft: {
    readonly question: string;
    readonly choices: readonly Choice[];
    readonly numbers: Draft;
  },
): Read<LabelField> {
  const { maybe, errors, done } = reader(draft.numbers);
  const question = draft.question.trim();
  if (question === '') {
    errors.question = 'Write what is asked about each item.';
  }
  if (field.kind !== 'number') {
    const problem = choicesProblem(draft.choices, field.kind === 'choice' ? 2 : 1);
    if (problem !== null) {
      errors.choices = problem;
    }
    return done({ ...field, question, choices: draft.choices.map(trimmed) });
  }
  const wide: NumberRule = { from: -1e12, to: 1e12 };
  const minimum = maybe('minimum', wide);
  const maximum = maybe('maximum', wide);
  if (minimum !== null && maximum !== null && minimum >= maximum) {
    errors.maximum = 'The minimum must lie below the maximum.';
  }
  const unit = (draft.numbers.unit ?? '').trim();
  return done({
    kind: 'number',
    name: field.name,
    question,
    ...(unit === '' ? {} : { unit }),
    ...(minimum === null ? {} : { minimum }),
    ...(maximum === null ? {} : { maximum }),
  });
}

function trimmed(choice: Choice): Choice {
  const title = choice.title?.trim() ?? '';
  const key = choice.key?.trim() ?? '';
  return {
    value: choice.value.trim(),
    ...(title === '' ? {} : { title }),
    ...(key === '' ? {} : { key }),
  };
}

function choicesProblem(choices: readonly Choice[], least: number): string | null {
  const values = choices.map((choice) => choice.value.trim());
  if (values.some((value) => value === '')) {
    return 'Each answer needs a value.';
  }
  if (values.length < least) {
    return least === 1
      ? 'At least 1 answer.'
      : 'At least 2 answers: with one there is nothing to learn.';
  }
  if (new Set(values).size < values.length) {
    return 'Each answer may be listed once.';
  }
  const keys = choices.flatMap((choice) =>
    choice.key === undefined || choice.key === '' ? [] : [choice.key],
  );
  return new Set(keys).size < keys.length ? 'Each key may be used once.' : null;
}
