import { NumericsError } from '../errors.js';
import { type Graph, inputName } from '../graph/graph.js';
import { shapeText } from '../graph/shape.js';
import { sizeOf, type Tensor } from '../tensor.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled graph: a pure function from named inputs to named outputs. */
export interface Program {
  run(inputs: Tensors): Promise<Record<string, Tensor>>;
  /** Gives native memory back; the program cannot run afterwards. */
  dispose(): Promise<void>;
}

/** Something that can run graphs. Every engine gives the same numbers up to rounding. */
export interface Engine {
  readonly name: string;
  compile(graph: Graph): Promise<Program>;
}

/**
 * Checks fed values against the inputs of a graph and works out the named sizes.
 * @throws shape_mismatch naming the input, the expected and the given shape and type
 */
export function bindSizes(graph: Graph, inputs: Tensors): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const node of graph.inputs) {
    const name = inputName(node);
    const tensor = inputs[name];
    if (!tensor) throw new NumericsError('shape_mismatch', `Input '${name}' is missing.`, { name });
    const typeFits =
      tensor.dtype === node.dtype || (tensor.dtype === 'float64' && node.dtype === 'float32');
    const fits =
      typeFits &&
      tensor.shape.length === node.shape.length &&
      tensor.data.length === sizeOf(tensor.shape) &&
      node.shape.every((dim, axis) => {
        const size = tensor.shape[axis]!;
        if (typeof dim === 'number') return dim === size;
        if (!sizes.has(dim)) sizes.set(dim, size);
        return sizes.get(dim) === size;
      });
    if (!fits) {
      const expected = `${node.dtype}${shapeText(node.shape)}`;
      const got = `${tensor.dtype}${shapeText(tensor.shape)} with ${tensor.data.length} values`;
      throw new NumericsError(
        'shape_mismatch',
        `Input '${name}': expected ${expected}, got ${got}.`,
        { name, expected, got, sizes: Object.fromEntries(sizes) },
      );
    }
  }
  return sizes;
}
