import type { Engine } from '../src/engine/engine.js';
import { grad } from '../src/graph/gradient.js';
import { graph } from '../src/graph/graph.js';
import { constant, input, type Node } from '../src/graph/node.js';
import { multiply } from '../src/graph/ops/elementwise.js';
import { loop } from '../src/graph/ops/loop.js';
import { reduceSum } from '../src/graph/ops/reduce.js';
import { likelihoodOf } from '../src/likelihood/likelihood-of.js';
import { forward } from '../src/nn/forward.js';
import { maskShape } from '../src/nn/layer.js';
import type { Parameters } from '../src/nn/parameters.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { dropoutLayers, type StepValues } from '../src/posterior/family.js';
import { familyOf, networkOf } from '../src/posterior/family-of.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { scaledMask } from '../src/predict/masked.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf, type Tensor } from '../src/tensor.js';

type Draws = { readonly [name: string]: Float64Array };

/**
 * Many draws of one training step's loss and penalty on the same rows, with the derivative of each
 * along a direction in every slot: outputs `fit`, `penalty`, `fit.<slot>`, `penalty.<slot>`, one
 * number per draw.
 */
export async function stepDraws(
  engine: Engine,
  posterior: FittedPosterior,
  rows: LabelledRows,
  directions: Parameters,
  count: number,
): Promise<Draws> {
  const network = networkOf(posterior);
  const form = familyOf(posterior.spec.posterior).trainingForm(network, rows.features.rows);
  const likelihood = likelihoodOf(posterior.spec, posterior.targetScale);
  const [x, y] = fixedRows(posterior, rows);
  const slots = Object.fromEntries(
    form.slots.map(({ name, shape }) => [name, input(name, 'float32', shape)]),
  );
  const noise = Object.fromEntries(
    form.noise.map(({ name, shape }) => [name, input(name, 'float32', ['K', ...shape])]),
  );
  const { stacked } = loop({
    carried: {},
    perStep: { ...noise, draw: input('draw', 'float32', ['K']) },
    captured: slots,
    body: ({ perStep, captured }) => {
      const values: StepValues = {
        parameter: (name) => captured[name]!,
        noise: (name) => perStep[name]!,
        fixed: (name) => captured[name]!,
      };
      const fit = likelihood.loss(form.outputs(x, values), y, values.parameter, values.noise);
      const penalty = form.penalty ? form.penalty(values) : constant(0);
      return {
        carried: {},
        stacked: {
          fit,
          penalty,
          ...slopes('fit', fit, captured, directions),
          ...slopes('penalty', penalty, captured, directions),
        },
      };
    },
  });
  const source = stream(17).split('draws');
  const fed: Record<string, Tensor> = { draw: float32(new Float32Array(count), [count]) };
  for (const { name, shape, fill } of form.noise) {
    const values = new Float32Array(count * sizeOf(shape));
    for (let i = 0; i < count; i++)
      fill(source.split(name).at(i), values.subarray(i * sizeOf(shape), (i + 1) * sizeOf(shape)));
    fed[name] = float32(values, [count, ...shape]);
  }
  const { parameters } = posterior.members[0]!;
  for (const name of Object.keys(slots)) fed[name] = parameters[name]!;
  const program = await engine.compile(graph(stacked));
  const result = await program.run(fed);
  await program.dispose();
  return Object.fromEntries(
    Object.entries(result).map(([name, { data }]) => [name, Float64Array.from(data)]),
  );
}

function slopes(
  what: string,
  loss: Node,
  captured: Readonly<Record<string, Node>>,
  directions: Parameters,
): Record<string, Node> {
  const names = Object.keys(captured);
  const gradients = grad(loss, Object.values(captured));
  return Object.fromEntries(
    names.map((name, i) => {
      const { data, shape } = directions[name]!;
      return [`${what}.${name}`, reduceSum(multiply(gradients[i]!, constant(data, shape)))];
    }),
  );
}

export type SampleLosses = {
  /** The loss of each of the first `count` sampled networks of a posterior of the same spec. */
  of(posterior: FittedPosterior, count: number): Promise<Float64Array>;
  dispose(): Promise<void>;
};

/**
 * Loss of sampled networks on fixed rows: nothing of how the family trains, only what it samples.
 */
export async function createSampleLosses(
  engine: Engine,
  posterior: FittedPosterior,
  rows: LabelledRows,
): Promise<SampleLosses> {
  const family = familyOf(posterior.spec.posterior);
  const network = networkOf(posterior);
  const likelihood = likelihoodOf(posterior.spec, posterior.targetScale);
  const [x, y] = fixedRows(posterior, rows);
  const masks = dropoutLayers(network);
  const shapes = new Map<string, readonly number[]>([
    ...network.parameters.map(({ name, shape }) => [name, shape] as const),
    ...masks.map((layer) => [layer.name, [1, ...maskShape(layer)]] as const),
  ]);
  const { stacked } = loop({
    carried: {},
    perStep: Object.fromEntries(
      [...shapes].map(([name, shape]) => [name, input(name, 'float32', ['K', ...shape])]),
    ),
    captured: {},
    body: ({ perStep }) => {
      const parameter = (name: string) => perStep[name]!;
      const outputs = forward(network.layers, x, { parameter, mask: ({ name }) => perStep[name]! });
      return { carried: {}, stacked: { fit: likelihood.loss(outputs, y, parameter, parameter) } };
    },
  });
  const program = await engine.compile(graph(stacked));
  return {
    of: async (own, count) => {
      const drawn = Array.from({ length: count }, (_, i) => {
        const { parameters, keep } = family.sampleNetwork(own, network, i);
        const scaled = masks.map((layer) => [layer.name, scaledMask(layer, keep.get(layer.name)!)]);
        return { ...parameters, ...Object.fromEntries(scaled) } as Parameters;
      });
      const fed = [...shapes].map(([name, shape]) => [
        name,
        stacks(
          drawn.map((parts) => parts[name]!),
          shape,
        ),
      ]);
      const { fit } = await program.run(Object.fromEntries(fed));
      return Float64Array.from(fit!.data);
    },
    dispose: () => program.dispose(),
  };
}

function stacks(parts: readonly Tensor[], shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  const all = new Float32Array(parts.length * size);
  parts.forEach(({ data }, i) => {
    all.set(data, i * size);
  });
  return float32(all, [parts.length, ...shape]);
}

function fixedRows({ spec, targetScale }: FittedPosterior, rows: LabelledRows): [Node, Node] {
  const { features, targets } = rows;
  const answers = likelihoodOf(spec, targetScale).targetTensor(targets, targetScale);
  return [
    constant(features.data, [features.rows, ...features.shape]),
    constant(answers.data, answers.shape, answers.dtype as 'int32' | 'float32'),
  ];
}
