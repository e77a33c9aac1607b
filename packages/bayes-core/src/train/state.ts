import type { Parameters } from '../nn/parameters.js';
import { float32, type Tensor } from '../tensor.js';
import { NO_SUMS, type TrainingState } from './checkpoint.js';
import { packTensors } from './packing.js';
import { stateName, type TrainingGraph } from './training-graph.js';

type Carried = Pick<TrainingGraph, 'groups' | 'optimiser'>;

/** What the loop carries at first: parameters as given, and an optimiser that has seen nothing. */
export function freshValues(
  { groups, optimiser }: Carried,
  parameters: Parameters,
): Record<string, Tensor> {
  const packed = packTensors(groups, parameters);
  return Object.fromEntries(
    groups.flatMap((group) => {
      const value = packed[group.name]!;
      const zeros = optimiser.stateNames.map(
        (part) =>
          [
            stateName(group, part),
            float32(new Float32Array(value.data.length), value.shape),
          ] as const,
      );
      return [[stateName(group, 'value'), value] as const, ...zeros];
    }),
  );
}

export function firstState(carried: Carried, parameters: Parameters): TrainingState {
  return {
    step: 0,
    ...NO_SUMS,
    values: freshValues(carried, parameters),
    best: null,
    bestScore: Infinity,
    epochsWithoutGain: 0,
    gatheringSince: null,
    gathered: {},
    history: [],
  };
}
