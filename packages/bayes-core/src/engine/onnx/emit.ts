import { NumericsError } from '../../errors.js';
import { type Graph, inputName } from '../../graph/graph.js';
import {
  type LoopBody,
  loopBodyOf,
  type Node,
  numberAttribute,
  type Shape,
} from '../../graph/node.js';
import { topologicalOrder } from '../../graph/order.js';
import { emitMaxPool, emitters } from './emitters.js';
import { lowerings } from './lowering.js';
import { encodeModel, type OnnxGraph, type OnnxValueInfo } from './messages.js';
import { GraphWriter, Initializers, valueInfo } from './writer.js';

/** Names of results, by node; what a loop gives is kept as a list. */
type Names = {
  readonly of: Map<Node, string>;
  readonly loops: Map<Node, readonly string[]>;
  readonly pools: Map<string, { values: string; indices: string }>;
};

export type EmitOptions = {
  readonly metadata?: Readonly<Record<string, string>>;
};

/** A graph as the bytes of an ONNX model, readable by every ONNX runtime of operator set 17. */
export function emitOnnx(graph: Graph, options: EmitOptions = {}): Uint8Array {
  const initializers = new Initializers();
  const writer = new GraphWriter(initializers);
  const names = emptyNames();
  for (const node of graph.inputs) names.of.set(node, inputName(node));
  emitNodes(writer, graph.nodes, names);
  const output = Object.entries(graph.outputs).map(([name, node]): OnnxValueInfo => {
    if (node.dtype === 'int64')
      throw new NumericsError(
        'invalid_argument',
        `Output '${name}' is an int64, which stays inside graphs.`,
        { name },
      );
    const onnxName = onnxOutputName(graph, name);
    writer.emit('Identity', [names.of.get(node)!], {}, [onnxName]);
    return valueInfo(onnxName, node.dtype, node.shape);
  });
  const input = graph.inputs.map((node) => valueInfo(inputName(node), node.dtype, node.shape));
  const onnx: OnnxGraph = {
    name: 'dubio',
    node: writer.nodes,
    initializer: initializers.tensors,
    input,
    output,
  };
  return encodeModel(onnx, options.metadata);
}

/** ONNX knows one name space: an output that is named like an input gets a suffix. */
export function onnxOutputName(graph: Graph, name: string): string {
  return graph.inputs.some((node) => inputName(node) === name) ? `${name}.out` : name;
}

function emptyNames(): Names {
  return { of: new Map(), loops: new Map(), pools: new Map() };
}

function emitNodes(writer: GraphWriter, nodes: readonly Node[], names: Names): void {
  const positioned = new Set(
    nodes.filter(({ op }) => op === 'max-pool-indices').map(({ inputs }) => inputs[0]),
  );
  for (const node of nodes) {
    if (names.of.has(node)) continue;
    const needsPositions = node.op === 'max-pool' && positioned.has(node.inputs[0]);
    const lower = needsPositions ? undefined : lowerings[node.op];
    if (lower) {
      const lowered = lower(node);
      emitNodes(writer, topologicalOrder([lowered]), names);
      names.of.set(node, names.of.get(lowered)!);
    } else if (node.op === 'loop') {
      names.loops.set(node, emitLoop(writer, node, names));
    } else {
      names.of.set(node, emitNode(writer, node, names));
    }
  }
}

function emitNode(writer: GraphWriter, node: Node, names: Names): string {
  if (node.op === 'loop-output')
    return names.loops.get(node.inputs[0]!)![numberAttribute(node, 'index')]!;
  const operands = node.inputs.map((operand) => names.of.get(operand)!);
  if (node.op === 'max-pool' || node.op === 'max-pool-indices') {
    const key = `${operands[0]} ${numberAttribute(node, 'size')}`;
    const pool = names.pools.get(key) ?? emitMaxPool(writer, operands[0]!, node);
    names.pools.set(key, pool);
    return node.op === 'max-pool' ? pool.values : pool.indices;
  }
  const emitter = emitters[node.op];
  if (!emitter)
    throw new NumericsError('engine_failed', `The ONNX engine does not know '${node.op}'.`, {
      op: node.op,
    });
  return emitter(writer, operands, node);
}

/**
 * ONNX `Loop`: carried values stay inside the runtime; captured ones are seen by name; per-step
 * ones are sliced by the step number.
 */
function emitLoop(writer: GraphWriter, node: Node, names: Names): readonly string[] {
  const body = loopBodyOf(node);
  const { carriedCount } = body;
  const operands = node.inputs.map((operand) => names.of.get(operand)!);
  const steps = writer.emit('Gather', [
    writer.emit('Shape', [operands[carriedCount]!]),
    writer.initializers.int64([0], []),
  ]);
  const graph = emitBody(writer, body, operands);
  const outputs = body.outputs.map(() => writer.name('LoopOutput'));
  writer.emit('Loop', [steps, '', ...operands.slice(0, carriedCount)], { body: graph }, outputs);
  return outputs;
}

function emitBody(writer: GraphWriter, body: LoopBody, outer: readonly string[]): OnnxGraph {
  const { carriedCount, perStepCount } = body;
  const inner = writer.inner();
  const step = writer.name('step');
  const condition = writer.name('condition');
  const names = emptyNames();
  const carried = body.inputs.slice(0, carriedCount).map((node): OnnxValueInfo => {
    const name = writer.name('carried');
    names.of.set(node, name);
    return valueInfo(name, node.dtype, node.shape);
  });
  body.inputs.slice(carriedCount).forEach((node, i) => {
    const source = outer[carriedCount + i]!;
    names.of.set(
      node,
      i < perStepCount ? inner.emit('Gather', [source, step], { axis: 0 }) : source,
    );
  });
  emitNodes(inner, topologicalOrder(body.outputs), names);
  const goOn = inner.emit('Identity', [condition]);
  const results = resultNames(inner, body, names).map((name, i) => {
    const { dtype, shape } = body.outputs[i]!;
    return valueInfo(name, dtype, shape);
  });
  const scalar: Shape = [];
  return {
    name: writer.name('body'),
    node: inner.nodes,
    input: [valueInfo(step, 'int64', scalar), valueInfo(condition, 'bool', scalar), ...carried],
    output: [valueInfo(goOn, 'bool', scalar), ...results],
  };
}

/**
 * Names of what a body gives. A copy is made only where a value comes from outside or is given
 * twice.
 */
function resultNames(inner: GraphWriter, body: LoopBody, names: Names): string[] {
  const given = new Set<string>();
  return body.outputs.map((node) => {
    const name = names.of.get(node)!;
    const fromOutside = node.op === 'input' || node.op === 'constant' || node.op === 'loop-output';
    if (fromOutside || given.has(name)) return inner.emit('Identity', [name]);
    given.add(name);
    return name;
  });
}
