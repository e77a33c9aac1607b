import { grad } from '../graph/gradient.js';
import { type Graph, graph } from '../graph/graph.js';
import { constant, input, type Node } from '../graph/node.js';
import { add, minimum, multiply } from '../graph/ops/elementwise.js';
import { loop } from '../graph/ops/loop.js';
import { gather } from '../graph/ops/selection.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import { type FeatureType, featureInput } from '../nn/features.js';
import type { ModelSpec } from '../nn/spec.js';
import type { NoiseInput, StepValues, TrainingForm } from '../posterior/family.js';
import { type Optimiser, optimiserOf } from './optimiser.js';
import {
  decayMask,
  groupParameters,
  type ParameterGroup,
  packNodes,
  unpackNodes,
  upperBounds,
} from './packing.js';

export type TrainingGraph = {
  readonly graph: Graph;
  readonly groups: readonly ParameterGroup[];
  readonly optimiser: Optimiser;
  /** Random numbers of a step, for the weights and for the likelihood. */
  readonly noise: readonly NoiseInput[];
  /** Names of the carried values: one for each group and each optimiser state of it. */
  readonly stateNames: readonly string[];
};

export function stateName(group: ParameterGroup, part: string): string {
  return `${group.name}/${part}`;
}

/** What one nat of the penalty counts in each step's loss. */
export const PENALTY_WEIGHTS = 'penaltyWeights';

type Named = Readonly<Record<string, Node>>;

/**
 * K optimisation steps as one graph: a loop that carries parameters and optimiser state, takes
 * batch rows, noise and step sizes of each step from outside, and gives the K losses. Inputs:
 * features [R, ...], targets [R], rows [K, B], what form and likelihood list as noise [K, ...],
 * what the form lists as fixed, coefficients [K, n], state, and penaltyWeights [K] where the loss
 * has a penalty; then its two parts come out beside the loss, `fit` and `penalty` [K].
 */
export function buildTrainingGraph(
  form: TrainingForm,
  spec: ModelSpec,
  likelihood: Likelihood,
  type: FeatureType,
  batchSize: number,
): TrainingGraph {
  const groups = groupParameters(form.slots);
  const optimiser = optimiserOf(spec.optimiser);
  const features = featureInput(type, 'R', spec.input.shape);
  const targets = input('targets', likelihood.targetType, ['R', ...likelihood.targetShape]);
  const carried = Object.fromEntries(
    groups.flatMap((group) =>
      ['value', ...optimiser.stateNames].map((part) => [
        stateName(group, part),
        input(stateName(group, part), 'float32', group.shape),
      ]),
    ),
  );
  const drawn = [...form.noise, ...likelihood.noise(batchSize)];
  const noise = Object.fromEntries(
    drawn.map(({ name, shape }) => [name, input(name, 'float32', ['K', ...shape])]),
  );
  const perStep: Record<string, Node> = {
    rows: input('rows', 'int32', ['K', batchSize]),
    coefficients: input('coefficients', 'float32', ['K', optimiser.coefficientCount]),
    ...noise,
    ...(form.penalty ? { [PENALTY_WEIGHTS]: input(PENALTY_WEIGHTS, 'float32', ['K']) } : {}),
  };
  const fixed = Object.fromEntries(
    Object.entries(form.fixed ?? {}).map(([name, { shape }]) => [
      name,
      input(name, 'float32', shape),
    ]),
  );
  const { raw, decoding } = features;
  const result = loop({
    carried,
    perStep,
    captured: { features: raw, targets, ...decoding, ...fixed },
    body: (values) => {
      const x = features.decode(
        gather(values.captured.features!, values.perStep.rows!),
        values.captured,
      );
      const y = gather(values.captured.targets!, values.perStep.rows!);
      return trainingStep({ form, spec, likelihood, groups, optimiser }, x, y, values);
    },
  });
  return {
    graph: graph({ ...result.carried, ...result.stacked }),
    groups,
    optimiser,
    noise: drawn,
    stateNames: Object.keys(carried),
  };
}

type StepParts = {
  readonly form: TrainingForm;
  readonly spec: ModelSpec;
  readonly likelihood: Likelihood;
  readonly groups: readonly ParameterGroup[];
  readonly optimiser: Optimiser;
};

function trainingStep(
  parts: StepParts,
  x: Node,
  y: Node,
  { carried, perStep, captured }: Readonly<Record<'carried' | 'perStep' | 'captured', Named>>,
): { carried: Named; stacked: Named } {
  const { form, spec, likelihood, groups, optimiser } = parts;
  const parameters = new Map(
    groups.flatMap((group) => [...unpackNodes(group, carried[stateName(group, 'value')]!)]),
  );
  const parameter = (name: string) => parameters.get(name)!;
  const values: StepValues = {
    parameter,
    noise: (name) => perStep[name]!,
    fixed: (name) => captured[name]!,
  };
  const fit = likelihood.loss(form.outputs(x, values), y, parameter, values.noise);
  const penalty = form.penalty?.(values);
  const loss = penalty ? add(fit, multiply(penalty, perStep[PENALTY_WEIGHTS]!)) : fit;
  const names = [...parameters.keys()];
  const gradients = new Map(
    grad(loss, [...parameters.values()]).map((gradient, i) => [names[i]!, gradient]),
  );
  const next: Record<string, Node> = {};
  for (const group of groups) {
    const value = carried[stateName(group, 'value')]!;
    const gradient = withDecay(
      packNodes(group, gradients),
      value,
      group,
      spec.optimiser.weightDecay,
    );
    const state = optimiser.stateNames.map((part) => carried[stateName(group, part)]!);
    const updated = optimiser.update(value, gradient, state, perStep.coefficients!);
    next[stateName(group, 'value')] = bounded(updated.parameter, group);
    optimiser.stateNames.forEach((part, i) => {
      next[stateName(group, part)] = updated.state[i]!;
    });
  }
  return { carried: next, stacked: penalty ? { loss, fit, penalty } : { loss } };
}

/** Each step ends below the bounds, as projected gradient descent does. */
function bounded(value: Node, group: ParameterGroup): Node {
  const bounds = upperBounds(group);
  return bounds ? minimum(value, constant(bounds, group.shape)) : value;
}

function withDecay(gradient: Node, value: Node, group: ParameterGroup, decay: number): Node {
  if (decay === 0) return gradient;
  const mask = decayMask(group);
  const strength = constant(
    mask.map((on) => on * decay),
    mask.length === 1 ? [] : group.shape,
  );
  return add(gradient, multiply(value, strength));
}
