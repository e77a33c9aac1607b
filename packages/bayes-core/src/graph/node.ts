import type { TensorData } from '../tensor.js';

/** Element types inside a graph. int64 exists only for positions inside pooling windows. */
export type DType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/**
 * A size known when the graph is built, or the name of one known when it runs ('N' is the batch).
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

export type Attribute = number | string | boolean | readonly Dim[] | TensorData | LoopBody;

/**
 * One operation of a graph. Nodes are immutable and hold their operands, so an expression *is* its
 * graph:
 * there is no builder to carry around and nothing to remove when an expression is not used.
 * @see docs/decisions/0010
 */
export type Node = {
  readonly op: string;
  readonly inputs: readonly Node[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly dtype: DType;
  readonly shape: Shape;
};

/**
 * The inside of a `loop`: a closed graph whose inputs are, in order, carried values, per-step
 * values, captured values.
 */
export type LoopBody = {
  readonly kind: 'loop-body';
  readonly inputs: readonly Node[];
  /** New carried values, then the values to stack. */
  readonly outputs: readonly Node[];
  readonly carriedCount: number;
  readonly perStepCount: number;
};

export function makeNode(
  op: string,
  inputs: readonly Node[],
  dtype: DType,
  shape: Shape,
  attributes: Readonly<Record<string, Attribute>> = {},
): Node {
  return { op, inputs, attributes, dtype, shape };
}

/** A named value fed when the program runs. */
export function input(name: string, dtype: DType, shape: Shape): Node {
  return makeNode('input', [], dtype, shape, { name });
}

/** A value known now. Numbers become float32 scalars. */
export function constant(
  value: number | TensorData,
  shape: readonly number[] = [],
  dtype: DType = 'float32',
): Node {
  const data = typeof value === 'number' ? Float32Array.of(value) : value;
  return makeNode('constant', [], dtype, shape, { data });
}

export function isConstant(node: Node): boolean {
  return node.op === 'constant';
}

export function numberAttribute(node: Node, name: string): number {
  return node.attributes[name] as number;
}

export function listAttribute(node: Node, name: string): readonly number[] {
  return node.attributes[name] as readonly number[];
}

export function loopBodyOf(node: Node): LoopBody {
  return node.attributes.body as LoopBody;
}
