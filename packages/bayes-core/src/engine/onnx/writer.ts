import type { DType, Shape } from '../../graph/node.js';
import type { TensorData } from '../../tensor.js';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from './messages.js';

export const ONNX_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};

export type AttributeValue = number | string | readonly number[] | OnnxGraph;

/** Constants shared by a model and all of its loop bodies. */
export class Initializers {
  readonly tensors: OnnxTensor[] = [];
  private readonly known = new Map<string, string>();

  add(dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    const name = `constant${this.tensors.length}`;
    this.tensors.push({ name, dims, dataType, rawData });
    return name;
  }

  /** Whole numbers for shapes, axes and positions; equal lists share one tensor. */
  int64(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const key = `${dims.join()}:${values.join()}`;
    const known = this.known.get(key);
    if (known) return known;
    const data = BigInt64Array.from(values, (value) => BigInt(value));
    const name = this.add(dims, ONNX_TYPE.int64, new Uint8Array(data.buffer));
    this.known.set(key, name);
    return name;
  }

  constant(data: TensorData, dims: readonly number[], dtype: DType): string {
    return this.add(
      dims,
      ONNX_TYPE[dtype],
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }
}

/**
 * Collects the nodes of one ONNX (sub)graph and hands out names that are unique in the whole model.
 * @see docs/decisions/0013
 */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];

  constructor(
    readonly initializers: Initializers,
    private readonly names: { next: number } = { next: 0 },
  ) {}

  /** A writer for a loop body: its own nodes, the model's constants and names. */
  inner(): GraphWriter {
    return new GraphWriter(this.initializers, this.names);
  }

  name(hint: string): string {
    return `${hint}_${this.names.next++}`;
  }

  emit(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output: readonly string[] = [this.name(opType)],
  ): string {
    this.nodes.push({
      opType,
      input,
      output,
      attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
    });
    return output[0]!;
  }
}

function toAttribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (Array.isArray(value)) return { name, type: 7, ints: value };
  if (typeof value === 'string') return { name, type: 3, s: Buffer.from(value) };
  return { name, type: 5, g: value as OnnxGraph };
}

export function valueInfo(name: string, dtype: DType, shape: Shape): OnnxValueInfo {
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ONNX_TYPE[dtype], shape: { dim } } } };
}
