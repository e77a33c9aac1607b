import type { ModelSpec } from '../nn/spec.js';
import type { Gathering } from '../posterior/family.js';
import type { TrainingState } from './checkpoint.js';
import type { TrainingProgress } from './history.js';

/** When training ends, when gathering does, and how much of both is behind a state. */
export type Schedule = {
  /** Whether training proper is over: by number of epochs, or for want of gain. */
  isTrained(state: TrainingState): boolean;
  isFinished(state: TrainingState): boolean;
  /** What is reported of a state. */
  progressOf(state: TrainingState, member: number): TrainingProgress;
};

export function scheduleOf(
  { maxEpochs, patience }: ModelSpec,
  gathering: Gathering | null,
  stepsPerEpoch: number,
): Schedule {
  const mostEpochs = maxEpochs + (gathering?.epochs ?? 0);
  const isTrained = (state: TrainingState): boolean =>
    state.gatheringSince !== null ||
    state.step >= maxEpochs * stepsPerEpoch ||
    state.epochsWithoutGain >= patience;
  /**
   * Steps of the longest possible run that are behind a state; training that stops early skips
   * some.
   */
  const stepsDone = ({ step, gatheringSince }: TrainingState): number =>
    gatheringSince === null ? step : maxEpochs * stepsPerEpoch + step - gatheringSince;
  return {
    isTrained,
    isFinished: (state) => {
      if (!gathering || state.gatheringSince === null) return isTrained(state);
      return state.step - state.gatheringSince >= gathering.epochs * stepsPerEpoch;
    },
    progressOf: (state, member) => {
      const inEpoch = state.step % stepsPerEpoch || stepsPerEpoch;
      const last = state.history.at(-1)?.validationLoss;
      return {
        member,
        epoch: Math.ceil(state.step / stepsPerEpoch),
        step: state.step,
        loss: state.epochLoss / inEpoch,
        ...(last === undefined ? {} : { validationLoss: last }),
        fractionDone: stepsDone(state) / (stepsPerEpoch * mostEpochs),
      };
    },
  };
}
