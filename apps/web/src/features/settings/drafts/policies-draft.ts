import type { Policies } from '@dubio/contracts';
import { POLICIES, STOP_RULES, type Stop, setApartProblem } from '@dubio/contracts/catalogue';
import { type Draft, DraftReader, draftOf, type Read } from '../form/draft';
import { strings } from '../strings';

type RoundPolicies = Omit<Policies, 'stop'>;

export const policiesDraft = (policies: RoundPolicies): Draft => draftOf('', POLICIES, policies);

export function readPolicies(draft: Draft): Read<RoundPolicies> {
  const reader = new DraftReader(draft);
  const policies = reader.fields('', POLICIES);
  const problem = setApartProblem(policies);
  return reader.done(policies, problem === null ? [] : [problem]);
}

/** The stop rules of a project: an accuracy is typed in percent, an RMSE as it is. */
export const stopFields = (isAccuracy: boolean, unit: string) => {
  const words = strings.stop;
  const shown = isAccuracy ? 'percent' : 'metric';
  const { targetMetric, leastGain, epistemicNats, totalUncertainty } = STOP_RULES;
  return {
    ...STOP_RULES,
    targetMetric: { ...targetMetric, shown, ...(isAccuracy ? words.accuracy : words.rmse) },
    epistemicNats: { ...epistemicNats, unit },
    totalUncertainty: { ...totalUncertainty, unit },
    leastGain: { ...leastGain, shown, unit: isAccuracy ? words.points : words.rmse.unit },
  } as const;
};
type StopFields = ReturnType<typeof stopFields>;

export const stopDraft = (fields: StopFields, stop: Stop): Draft => draftOf('', fields, stop);
export const readStop = (fields: StopFields, draft: Draft): Read<Stop> => {
  const reader = new DraftReader(draft);
  return reader.done(reader.fields('', fields));
};
