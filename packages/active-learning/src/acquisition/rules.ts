import { NumericsError } from '@dubio/bayes-core/pure';
import {
  type AcquisitionRule,
  type Asked,
  type Ordering,
  RULE_NAMES,
  ruleEntry,
} from '@dubio/contracts/catalogue';
import type { Reals } from '../uncertainty/checks.js';
import type { ClassUncertainty } from '../uncertainty/class-uncertainty.js';
import type { Uncertainty } from '../uncertainty/pool-uncertainty.js';

/**
 * `moments`: sums over the samples. `log-probs`: every sample of some candidates. `targets`: the
 * same, and of items that predictions will be asked for. `features`: what the last layer sees.
 * `inputs`: the items themselves, no model.
 */
export type RuleNeed = 'moments' | 'log-probs' | 'targets' | 'features' | 'inputs';

/** What the catalogue of rules cannot say: how a rule looks at predictions. */
type RuleScore = {
  /** What has to be predicted before the rule can order a pool. */
  readonly needs: RuleNeed;
  /** Joint rules that pick item after item: a longer batch begins with the shorter one. */
  readonly isSequential?: boolean;
  /** The score of each item, greater is wanted more. */
  readonly score: (uncertainty: Uncertainty) => Reals;
};

/** @see docs/decisions/0024 */
export type RuleDefinition = RuleScore & {
  readonly kinds: readonly Uncertainty['kind'][];
  readonly ordering: Ordering;
};

const ofClasses =
  (score: (uncertainty: ClassUncertainty) => Reals) =>
  (uncertainty: Uncertainty): Reals => {
    if (uncertainty.kind !== 'class') throw wrongKind('class', uncertainty.kind);
    return score(uncertainty);
  };

const byMoments = (score: RuleScore['score']): RuleScore => ({ needs: 'moments', score });
const byClass = (score: (uncertainty: ClassUncertainty) => Reals): RuleScore =>
  byMoments(ofClasses(score));

const epistemic = (uncertainty: Uncertainty): Reals => uncertainty.epistemic_N;
const total = (uncertainty: Uncertainty): Reals => uncertainty.total_N;

const BY_TOTAL = byMoments(total);
const BY_EPISTEMIC = byMoments(epistemic);
const BY_MARGIN = byClass((u) => u.margin_N.map((margin) => 1 - margin));

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
const spread = (needs: RuleNeed, isSequential: boolean): RuleScore => ({
  needs,
  isSequential,
  score: total,
});

/**
 * How every rule of the catalogue scores an item; what it fits and how it orders, the catalogue says.
 *
 * Sources: entropy, least confidence, margin: Settles 2010 section 3.1; variation ratios: Freeman
 * 1965; mean-std: Kampffmeyer et al. 2016; BALD: Houlsby et al. 2011 eq. 2; power, softmax and
 * softrank rules: Kirsch et al. 2023 (stochastic batch acquisition) section 3; BatchBALD: Kirsch et
 * al. 2019 eq. 8; EPIG: Bickford Smith et al. 2023; BADGE: Ash et al. 2020; BAIT: Ash et al. 2021;
 * core-set: Sener & Savarese 2018; LCMD: Holzmueller et al. 2023; typical clustering: Hacohen et
 * al. 2022; variance: Kendall & Gal 2017 eq. 9.
 */
const SCORES: Readonly<Record<AcquisitionRule, RuleScore>> = {
  random: byMoments(({ rows }) => new Float64Array(rows)),
  entropy: BY_TOTAL,
  'power-entropy': BY_TOTAL,
  'softmax-entropy': BY_TOTAL,
  'softrank-entropy': BY_TOTAL,
  'least-confidence': byClass((u) => u.leastConfidence_N),
  margin: BY_MARGIN,
  'power-margin': BY_MARGIN,
  'softmax-margin': BY_MARGIN,
  'softrank-margin': BY_MARGIN,
  'variation-ratios': byClass((u) => u.variationRatio_N),
  'mean-std': byClass((u) => {
    if (!u.meanStd_N)
      throw new NumericsError(
        'invalid_argument',
        'mean-std needs meanSquareProbs_N_C in the moments; ask the prediction for squares.',
      );
    return u.meanStd_N;
  }),
  bald: BY_EPISTEMIC,
  'power-bald': BY_EPISTEMIC,
  'softmax-bald': BY_EPISTEMIC,
  'softrank-bald': BY_EPISTEMIC,
  'batch-bald': { needs: 'log-probs', isSequential: true, score: epistemic },
  epig: { needs: 'targets', isSequential: true, score: information },
  badge: spread('features', true),
  // Takes more than it needs and gives some back.
  bait: spread('features', false),
  'core-set': spread('features', true),
  lcmd: spread('features', true),
  // Clusters by the size of the batch.
  'typical-clustering': spread('inputs', false),
  variance: BY_EPISTEMIC,
  'power-variance': BY_EPISTEMIC,
  'softrank-variance': BY_EPISTEMIC,
};

/** What is asked, in the words of the numerics. */
const KINDS: Readonly<Record<Asked, Uncertainty['kind']>> = {
  choice: 'class',
  choices: 'choices',
  number: 'number',
  fields: 'fields',
};

const DEFINITIONS = new Map<string, RuleDefinition>(
  RULE_NAMES.map((name) => {
    const { fits, order } = ruleEntry(name);
    return [name, { ...SCORES[name], kinds: fits.map((asked) => KINDS[asked]), ordering: order }];
  }),
);

/** @throws NumericsError `invalid_argument` for a name that is no rule. */
export function getRule(name: string): RuleDefinition {
  const definition = DEFINITIONS.get(name);
  if (definition) return definition;
  throw new NumericsError(
    'invalid_argument',
    `"${name}" is no acquisition rule; choose one of ${RULE_NAMES.join(', ')}.`,
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
