import { NumericsError } from '@dubio/bayes-core/pure';
import type { Reals } from '../uncertainty/checks.js';
import type { ClassUncertainty } from '../uncertainty/class-uncertainty.js';
import type { Uncertainty } from '../uncertainty/pool-uncertainty.js';

/**
 * How the score of an item becomes its place in the order.
 * `greatest`: the score itself. `uniform`: chance alone. `power`: beta ln(score) plus Gumbel noise.
 * `softmax`: beta score plus Gumbel noise. `softrank`: -beta ln(rank) plus Gumbel noise.
 * `joint`: greedily, by what the batch says as a whole.
 */
export type Ordering = 'greatest' | 'uniform' | 'power' | 'softmax' | 'softrank' | 'joint';

/**
 * `moments`: sums over the samples. `log-probs`: every sample of some candidates. `targets`: the
 * same, and of items that predictions will be asked for. `features`: what the last layer sees.
 * `inputs`: the items themselves, no model.
 */
export type RuleNeed = 'moments' | 'log-probs' | 'targets' | 'features' | 'inputs';

/** @see docs/decisions/0024 */
export type RuleDefinition = {
  /** What has to be predicted before the rule can order a pool. */
  readonly needs: RuleNeed;
  readonly kinds: readonly Uncertainty['kind'][];
  readonly ordering: Ordering;
  /** Joint rules that pick item after item: a longer batch begins with the shorter one. */
  readonly isSequential?: boolean;
  /** The score of each item, greater is wanted more. */
  readonly score: (uncertainty: Uncertainty) => Reals;
};

const ofClasses =
  (score: (uncertainty: ClassUncertainty) => Reals) =>
  (uncertainty: Uncertainty): Reals => {
    if (uncertainty.kind !== 'class') throw wrongKind('class', uncertainty.kind);
    return score(uncertainty);
  };

const epistemic = (uncertainty: Uncertainty): Reals => uncertainty.epistemic_N;

const total = (uncertainty: Uncertainty): Reals => uncertainty.total_N;
const marginGap = ofClasses((u) => u.margin_N.map((margin) => 1 - margin));

const ordered = (
  score: (uncertainty: Uncertainty) => Reals,
  kind: Uncertainty['kind'],
  ordering: Ordering,
): RuleDefinition => ({ needs: 'moments', kinds: [kind], ordering, score });

const BOTH = ['class', 'number'] as const;
const NATS = ['class', 'choices', 'fields'] as const;
/** What is asked does not matter to rules that look at the items alone. */
const ANY = ['class', 'choices', 'number', 'fields'] as const;

/** Rules by uncertainty in nats: of a class, or summed over choices or fields. */
const byNats = (score: RuleDefinition['score'], ordering: Ordering): RuleDefinition => ({
  needs: 'moments',
  kinds: NATS,
  ordering,
  score,
});

/**
 * What an answer tells about the weights, nats: BALD, and 1/2 ln(total / aleatoric) for normal
 * numbers.
 */
const information = (uncertainty: Uncertainty): Reals => {
  if (uncertainty.kind !== 'number') return uncertainty.epistemic_N;
  const { epistemic_N, aleatoric_N } = uncertainty;
  return epistemic_N.map((epistemic, n) =>
    epistemic === 0 ? 0 : Math.log1p(epistemic / aleatoric_N[n]!) / 2,
  );
};

/**
 * Rules that spread a batch over a space; behind the batch their queue goes on by total
 * uncertainty.
 */
const joint = (
  kinds: RuleDefinition['kinds'],
  needs: RuleNeed,
  isSequential: boolean,
): RuleDefinition => ({
  needs,
  kinds,
  ordering: 'joint',
  isSequential,
  score: (uncertainty) => uncertainty.total_N,
});

const byClass = (score: (uncertainty: ClassUncertainty) => Reals): RuleDefinition =>
  ordered(ofClasses(score), 'class', 'greatest');

/**
 * Every acquisition rule by name.
 *
 * Sources: entropy, least confidence, margin: Settles 2010 section 3.1; variation ratios: Freeman
 * 1965; mean-std: Kampffmeyer et al. 2016; BALD: Houlsby et al. 2011 eq. 2; power, softmax and
 * softrank rules: Kirsch et al. 2023 (stochastic batch acquisition) section 3; BatchBALD: Kirsch et
 * al. 2019 eq. 8; EPIG: Bickford Smith et al. 2023; BADGE: Ash et al. 2020; BAIT: Ash et al. 2021;
 * core-set: Sener & Savarese 2018; LCMD: Holzmueller et al. 2023; typical clustering: Hacohen et
 * al. 2022; variance: Kendall & Gal 2017 eq. 9.
 */
export const ACQUISITION_RULES = {
  random: {
    needs: 'moments',
    kinds: ANY,
    ordering: 'uniform',
    score: ({ rows }) => new Float64Array(rows),
  },
  entropy: byNats(total, 'greatest'),
  'power-entropy': byNats(total, 'power'),
  'softmax-entropy': byNats(total, 'softmax'),
  'softrank-entropy': byNats(total, 'softrank'),
  'least-confidence': byClass((u) => u.leastConfidence_N),
  margin: ordered(marginGap, 'class', 'greatest'),
  'power-margin': ordered(marginGap, 'class', 'power'),
  'softmax-margin': ordered(marginGap, 'class', 'softmax'),
  'softrank-margin': ordered(marginGap, 'class', 'softrank'),
  'variation-ratios': byClass((u) => u.variationRatio_N),
  'mean-std': byClass((u) => {
    if (!u.meanStd_N)
      throw new NumericsError(
        'invalid_argument',
        'mean-std needs meanSquareProbs_N_C in the moments; ask the prediction for squares.',
      );
    return u.meanStd_N;
  }),
  bald: byNats(epistemic, 'greatest'),
  'power-bald': byNats(epistemic, 'power'),
  'softmax-bald': byNats(epistemic, 'softmax'),
  'softrank-bald': byNats(epistemic, 'softrank'),
  'batch-bald': {
    needs: 'log-probs',
    kinds: ['class'],
    ordering: 'joint',
    isSequential: true,
    score: epistemic,
  },
  epig: {
    needs: 'targets',
    kinds: BOTH,
    ordering: 'joint',
    isSequential: true,
    score: information,
  },
  badge: joint(NATS, 'features', true),
  // Takes more than it needs and gives some back.
  bait: joint(BOTH, 'features', false),
  'core-set': joint(ANY, 'features', true),
  lcmd: joint(ANY, 'features', true),
  // Clusters by the size of the batch.
  'typical-clustering': joint(ANY, 'inputs', false),
  variance: ordered(epistemic, 'number', 'greatest'),
  'power-variance': ordered(epistemic, 'number', 'power'),
  'softrank-variance': ordered(epistemic, 'number', 'softrank'),
} as const satisfies Record<string, RuleDefinition>;

export type AcquisitionRule = keyof typeof ACQUISITION_RULES;

export const ACQUISITION_RULE_NAMES = Object.keys(ACQUISITION_RULES) as readonly AcquisitionRule[];

/** @throws NumericsError `invalid_argument` for a name that is no rule. */
export function getRule(name: string): RuleDefinition {
  if (Object.hasOwn(ACQUISITION_RULES, name)) return ACQUISITION_RULES[name as AcquisitionRule];
  throw new NumericsError(
    'invalid_argument',
    `"${name}" is no acquisition rule; choose one of ${ACQUISITION_RULE_NAMES.join(', ')}.`,
    { rule: name },
  );
}

/**
 * The score of every item under a rule, greater is wanted more.
 *
 * Shapes: [N]. Units: nats (entropy, BALD, EPIG and their relatives; of classes, all that spread),
 * probability (margin as 1 - margin, least confidence, variation ratios, mean-std), squared target
 * unit (variance; of numbers, all that spread); zeros for random.
 * @throws NumericsError `invalid_argument` when the rule is unknown or does not fit the kind of
 * answer
 */
export function scoreItems(rule: string, uncertainty: Uncertainty): Reals {
  const definition = getRule(rule);
  if (!definition.kinds.includes(uncertainty.kind))
    throw wrongKind(definition.kinds.join(' or '), uncertainty.kind, rule);
  return definition.score(uncertainty);
}

function wrongKind(expected: string, got: string, rule = 'this rule'): NumericsError {
  return new NumericsError(
    'invalid_argument',
    `${rule} orders pools of ${expected} answers, got a pool of ${got} answers. Choose a rule that fits the answers.`,
    { rule, expected, got },
  );
}
