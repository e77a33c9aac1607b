import type {
  AcquisitionSpec,
  FieldProblem,
  LabelSchema,
  ModelSpec,
  Policies,
} from '@dubio/contracts';
import {
  ADAPTIVE_RULES,
  askedOf,
  mostFirstSamples,
  posteriorCan,
} from '@dubio/contracts/catalogue';

const FIELD = 'body.policies.firstSamples';

/** Why sampling cannot be adaptive under these settings; nothing where it can, or need not be. */
export function adaptiveSamplingProblems(settings: {
  labelSchema: LabelSchema;
  modelSpec: ModelSpec;
  acquisition: AcquisitionSpec;
  policies: Pick<Policies, 'firstSamples' | 'trainWithLureWeights'>;
}): FieldProblem[] {
  const { labelSchema, modelSpec, acquisition } = settings;
  const { firstSamples, trainWithLureWeights } = settings.policies;
  if (firstSamples === null) return [];
  const got = String(firstSamples);
  if (askedOf(labelSchema) !== 'choice')
    return [{ field: FIELD, expected: 'null unless one choice is asked for', got }];
  if (!ADAPTIVE_RULES.includes(acquisition.rule)) {
    const rules = ADAPTIVE_RULES.join(', ');
    return [
      {
        field: 'body.acquisition.rule',
        expected: `one of ${rules} while policies.firstSamples is set`,
        got: acquisition.rule,
      },
    ];
  }
  if (trainWithLureWeights)
    return [
      {
        field: FIELD,
        expected:
          'null while policies.trainWithLureWeights is on, whose chances need the scores of all samples',
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
