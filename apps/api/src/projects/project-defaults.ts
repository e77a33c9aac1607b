import {
  type AcquisitionPatch,
  type AcquisitionSpec,
  AppError,
  type Featuriser,
  type FieldProblem,
  type ItemKind,
  type LabelSchema,
  type ModelSpec,
  type Policies,
  sayProblem,
} from '@dubio/contracts';
import {
  ACQUISITION,
  CHANCE_RULES,
  defaultFeaturiser,
  defaultRule,
  defaultsOf,
  fitProblems,
  networkEntry,
  ruleProblem,
  rulesFor,
} from '@dubio/contracts/catalogue';
import { checkActiveTestShare } from './check-active-test-share.js';
import { adaptiveSamplingProblems } from './check-adaptive-sampling.js';

export const defaultAcquisition = (schema: LabelSchema): AcquisitionSpec => ({
  rule: defaultRule(schema),
  ...defaultsOf(ACQUISITION),
});

/** A change of the rule takes the new rule's own beta, unless the change names one. */
export function changeAcquisition(
  before: AcquisitionSpec,
  change: AcquisitionPatch | undefined,
): AcquisitionSpec {
  const { rule = before.rule, batchSize = before.batchSize } = change ?? {};
  const kept = rule === before.rule ? before.beta : null;
  return { rule, beta: change?.beta === undefined ? kept : change.beta, batchSize };
}

/**
 * @throws AppError request.invalid when parts of the settings do not fit each other;
 * project.rule-without-chance;
 * project.no-active-test
 */
export function checkSettings(settings: {
  itemKind: ItemKind;
  featuriser: Featuriser;
  labelSchema: LabelSchema;
  modelSpec: ModelSpec;
  acquisition: AcquisitionSpec;
  policies: Pick<
    Policies,
    'trainWithLureWeights' | 'firstSamples' | 'controlShare' | 'activeTestShare'
  >;
}): void {
  const fields: FieldProblem[] = [];
  const { rule } = settings.acquisition;
  const expected = ruleProblem(rule, settings.labelSchema);
  if (expected !== null) fields.push({ field: 'body.acquisition.rule', expected, got: rule });
  const wanted = defaultFeaturiser(settings.itemKind).kind;
  if (settings.featuriser.kind !== wanted) {
    fields.push({
      field: 'body.featuriser.kind',
      expected: `${wanted}, because items are of kind ${settings.itemKind}`,
      got: settings.featuriser.kind,
    });
  }
  const { preset } = settings.modelSpec.network;
  if (networkEntry(preset).picturesOnly && settings.itemKind !== 'image') {
    fields.push({
      field: 'body.modelSpec.network.preset',
      expected: 'a preset for rows of numbers, like mlp',
      got: preset,
    });
  }
  const unfit = fitProblems(settings.modelSpec, settings.labelSchema.fields);
  fields.push(
    ...unfit.map(({ path, expected, got }) => ({
      field: ['body.modelSpec', ...path].join('.'),
      expected,
      got,
    })),
  );
  const names = settings.labelSchema.fields.map((field) => field.name);
  if (new Set(names).size !== names.length) {
    fields.push({
      field: 'body.labelSchema.fields',
      expected: 'each field name once',
      got: names.join(', '),
    });
  }
  fields.push(...adaptiveSamplingProblems(settings));
  const first = fields[0];
  if (first === undefined) {
    checkChance(settings);
    checkActiveTestShare(settings);
    return;
  }
  const detail = `${sayProblem(first)}.`;
  throw new AppError('request.invalid', detail, { fields });
}

function checkChance({
  acquisition,
  policies,
  labelSchema,
}: {
  acquisition: AcquisitionSpec;
  policies: Pick<Policies, 'trainWithLureWeights'>;
  labelSchema: LabelSchema;
}): void {
  if (!policies.trainWithLureWeights || CHANCE_RULES.includes(acquisition.rule)) return;
  const rules = rulesFor(labelSchema);
  const fitting = CHANCE_RULES.filter((rule) => rules.includes(rule)).join(', ');
  throw new AppError(
    'project.rule-without-chance',
    `The rule ${acquisition.rule} does not draw by chance, so labels have no LURE weights. Choose one of ${fitting}, or switch training with LURE weights off.`,
    {
      fields: [
        {
          field: 'body.acquisition.rule',
          expected: `one of ${fitting} while policies.trainWithLureWeights is on`,
          got: acquisition.rule,
        },
      ],
    },
  );
}

/**
 * Whether a label schema may replace another while items and answers exist: the same fields, with
 * the same choices first. Questions, titles, keys and bounds may change, choices may be added.
 */
export function keepsAnswers(before: LabelSchema, after: LabelSchema): boolean {
  if (before.fields.length !== after.fields.length) return false;
  return before.fields.every((old, index) => {
    const now = after.fields[index];
    if (now === undefined || now.kind !== old.kind || now.name !== old.name) return false;
    if (old.kind === 'number' || now.kind === 'number') return true;
    return old.choices.every((choice, place) => now.choices[place]?.value === choice.value);
  });
}
