import { sizeOf, type TensorData } from '../tensor.js';
import { evaluateOne } from './evaluate.js';
import { makeValue } from './kernels/value.js';
import { constant, type DType, isConstant, type LoopBody, loopBodyOf, type Node } from './node.js';
import { topologicalOrder } from './order.js';

/** Folding must not turn a small formula into a large constant. */
const LARGEST_FOLDED = 4096;

/**
 * Rewrites expressions into equal ones: constants are folded, x * 1, x + 0 and the like vanish,
 * equal expressions become one node. What the results do not reach is left behind.
 */
export function optimise(roots: readonly Node[]): Node[] {
  const rewritten = new Map<Node, Node>();
  const unique = new Map<string, Node>();
  const numbers = new Map<Node, number>();
  for (const node of topologicalOrder(roots)) {
    const inputs = node.inputs.map((operand) => rewritten.get(operand)!);
    const candidate = simplify(rebuild(node, inputs));
    const key = expressionKey(candidate, numbers);
    const known = unique.get(key);
    const result = known ?? candidate;
    if (!known) {
      unique.set(key, candidate);
      numbers.set(candidate, numbers.size);
    }
    rewritten.set(node, result);
  }
  return roots.map((root) => rewritten.get(root)!);
}

function rebuild(node: Node, inputs: readonly Node[]): Node {
  if (node.op === 'loop') {
    const body = loopBodyOf(node);
    const optimised: LoopBody = { ...body, outputs: optimise(body.outputs) };
    return { ...node, inputs, attributes: { body: optimised } };
  }
  return inputs.every((operand, i) => operand === node.inputs[i]) ? node : { ...node, inputs };
}

function simplify(node: Node): Node {
  return withoutNeutral(node) ?? folded(node) ?? node;
}

const NEUTRAL: Readonly<Record<string, { value: number; sides: readonly number[] }>> = {
  add: { value: 0, sides: [0, 1] },
  subtract: { value: 0, sides: [1] },
  multiply: { value: 1, sides: [0, 1] },
  divide: { value: 1, sides: [1] },
};

/** The other operand, when one operand changes neither value nor shape. */
function withoutNeutral(node: Node): Node | undefined {
  const rule = NEUTRAL[node.op];
  for (const side of rule?.sides ?? []) {
    const operand = node.inputs[side]!;
    const other = node.inputs[1 - side]!;
    const everywhere =
      isConstant(operand) &&
      (operand.attributes.data as TensorData).every((x) => x === rule!.value);
    if (
      everywhere &&
      other.shape.length === node.shape.length &&
      other.shape.every((dim, i) => dim === node.shape[i])
    )
      return other;
  }
  return undefined;
}

function folded(node: Node): Node | undefined {
  if (node.inputs.length === 0 || node.op.startsWith('loop') || !node.inputs.every(isConstant))
    return undefined;
  const shape = node.shape;
  if (
    !shape.every((dim) => typeof dim === 'number') ||
    sizeOf(shape as number[]) > LARGEST_FOLDED ||
    node.dtype === 'int64'
  )
    return undefined;
  const values = node.inputs.map((operand) =>
    makeValue(operand.shape as number[], Float64Array.from(operand.attributes.data as TensorData)),
  );
  return constant(
    toData(evaluateOne(node, values).data, node.dtype),
    shape as number[],
    node.dtype,
  );
}

function toData(data: Float64Array, dtype: DType): TensorData {
  if (dtype === 'float32') return Float32Array.from(data);
  return dtype === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
}

/** Equal keys mean equal values. Large constants and loops are only ever equal to themselves. */
function expressionKey(node: Node, numbers: ReadonlyMap<Node, number>): string {
  if (node.op === 'loop') return `unique ${numbers.size}`;
  const operands = node.inputs.map((operand) => numbers.get(operand)).join(',');
  if (isConstant(node)) {
    const data = node.attributes.data as TensorData;
    if (data.length > 64) return `unique ${numbers.size}`;
    return `constant ${node.dtype} [${node.shape.join()}] ${Array.from(data, (x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
  }
  return `${node.op}(${operands}) ${node.dtype} [${node.shape.join()}] ${JSON.stringify(node.attributes)}`;
}
