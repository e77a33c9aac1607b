import {
  type AcquisitionSpec,
  type FieldProblem,
  type LabelSchema,
  type ModelSpec,
  type Policies,
  RACE_RULES,
} from '@dubio/contracts';

const FIELD = 'body.policies.firstSamples';
/** A first look that costs more than this share of all samples is no saving. */
const MOST_SHARE = 1 / 4;

/** Why items cannot race for samples under these settings; nothing where they can, or need not. */
export function raceProblems(settings: {
  labelSchema: LabelSchema;
  modelSpec: ModelSpec;
  acquisition: AcquisitionSpec;
  policies: Pick<Policies, 'firstSamples' | 'levelTraining'>;
}): FieldProblem[] {
  const { labelSchema, modelSpec, acquisition } = settings;
  const { firstSamples, levelTraining } = settings.policies;
  if (firstSamples === null) return [];
  const got = String(firstSamples);
  const [field, ...others] = labelSchema.fields;
  if (others.length > 0 || field?.kind !== 'choice')
    return [{ field: FIELD, expected: 'null unless one choice is asked for', got }];
  if (!RACE_RULES.includes(acquisition.rule)) {
    const rules = RACE_RULES.join(', ');
    return [
      {
        field: 'body.acquisition.rule',
        expected: `one of ${rules} while policies.firstSamples is set`,
        got: acquisition.rule,
      },
    ];
  }
  if (levelTraining)
    return [
      {
        field: FIELD,
        expected:
          'null while policies.levelTraining is on, whose chances need the scores of all samples',
        got,
      },
    ];
  const { kind } = modelSpec.posterior;
  if (kind === 'point' || kind === 'ensemble')
    return [
      { field: FIELD, expected: `null, as a posterior of kind ${kind} has few networks`, got },
    ];
  const most = Math.floor(MOST_SHARE * modelSpec.samples);
  if (firstSamples > most)
    return [
      {
        field: FIELD,
        expected: `at most ${most}, a quarter of the ${modelSpec.samples} samples, or null`,
        got,
      },
    ];
  return [];
}
