import type {
  AcquisitionSpec,
  FieldProblem,
  LabelSchema,
  ModelSpec,
  Policies,
} from '@dubio/contracts';
import { askedOf, mostFirstSamples, posteriorCan, RACE_RULES } from '@dubio/contracts/catalogue';

const FIELD = 'body.policies.firstSamples';

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
  if (askedOf(labelSchema) !== 'choice')
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
  if (!posteriorCan(kind).unlimitedSamples)
    return [
      { field: FIELD, expected: `null, as a posterior of kind ${kind} has few networks`, got },
    ];
  const most = mostFirstSamples(modelSpec.samples);
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
