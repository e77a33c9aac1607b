import type { Node, Shape } from '../graph/node.js';
import { concat, reshape, slice } from '../graph/ops/layout.js';
import type { ParameterSlot } from '../nn/layer.js';
import type { Parameters } from '../nn/parameters.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';

/**
 * Tensors below this size share one vector: a step of the optimiser then costs one set of native
 * calls for all of them.
 */
const LARGEST_PACKED = 16_384;

/** Parameters that the optimiser moves as one tensor. */
export type ParameterGroup = {
  readonly name: string;
  readonly slots: readonly ParameterSlot[];
  readonly shape: readonly number[];
};

/** Large tensors alone, in their own shape; all small ones together in a vector. */
export function groupParameters(slots: readonly ParameterSlot[]): ParameterGroup[] {
  const small = slots.filter((slot) => sizeOf(slot.shape) < LARGEST_PACKED);
  const large = slots.filter((slot) => sizeOf(slot.shape) >= LARGEST_PACKED);
  const groups = large.map(
    (slot): ParameterGroup => ({ name: slot.name, slots: [slot], shape: slot.shape }),
  );
  if (small.length === 0) return groups;
  const total = small.reduce((sum, slot) => sum + sizeOf(slot.shape), 0);
  return [...groups, { name: 'packed', slots: small, shape: [total] }];
}

function isPacked(group: ParameterGroup): boolean {
  return group.name === 'packed';
}

/** The parameters inside a group, as graph nodes by name. */
export function unpackNodes(group: ParameterGroup, value: Node): Map<string, Node> {
  if (!isPacked(group)) return new Map([[group.slots[0]!.name, value]]);
  let start = 0;
  return new Map(
    group.slots.map((slot) => {
      const end = start + sizeOf(slot.shape);
      const part = reshape(slice(value, 0, start, end), slot.shape as Shape);
      start = end;
      return [slot.name, part];
    }),
  );
}

/** Gradients by name as one value of the group's shape. */
export function packNodes(group: ParameterGroup, gradients: ReadonlyMap<string, Node>): Node {
  if (!isPacked(group)) return gradients.get(group.slots[0]!.name)!;
  return concat(
    group.slots.map((slot) => reshape(gradients.get(slot.name)!, [sizeOf(slot.shape)])),
    0,
  );
}

export function packTensors(
  groups: readonly ParameterGroup[],
  parameters: Parameters,
): Record<string, Tensor> {
  return Object.fromEntries(
    groups.map((group) => {
      const data = new Float32Array(sizeOf(group.shape));
      let start = 0;
      for (const slot of group.slots) {
        data.set(parameters[slot.name]!.data, start);
        start += sizeOf(slot.shape);
      }
      return [group.name, float32(data, group.shape)];
    }),
  );
}

export function unpackTensors(
  groups: readonly ParameterGroup[],
  packed: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const parameters: Record<string, Tensor> = {};
  for (const group of groups) {
    const data = Float32Array.from(packed[group.name]!.data);
    let start = 0;
    for (const slot of group.slots) {
      const end = start + sizeOf(slot.shape);
      parameters[slot.name] = float32(data.slice(start, end), slot.shape);
      start = end;
    }
  }
  return parameters;
}

/** What no value of a group may be above, each value its own; null where nothing is bounded. */
export function upperBounds(group: ParameterGroup): Float32Array | null {
  if (group.slots.every(({ most }) => most === undefined)) return null;
  const bounds = new Float32Array(sizeOf(group.shape)).fill(LARGEST);
  let start = 0;
  for (const { most, shape } of group.slots) {
    const end = start + sizeOf(shape);
    if (most !== undefined) bounds.fill(most, start, end);
    start = end;
  }
  return bounds;
}

/** Finite, so that a value that is not a number stays one. */
const LARGEST = 3e38;

/**
 * 1 where weight decay applies (weights), 0 elsewhere; a scalar 1 when it applies to the whole
 * group.
 */
export function decayMask(group: ParameterGroup): Float32Array {
  if (group.slots.every((slot) => slot.role === 'weight')) return Float32Array.of(1);
  const mask = new Float32Array(sizeOf(group.shape));
  let start = 0;
  for (const slot of group.slots) {
    const end = start + sizeOf(slot.shape);
    if (slot.role === 'weight') mask.fill(1, start, end);
    start = end;
  }
  return mask;
}
