import { input, type LoopBody, makeNode, type Node, type Shape } from '../node.js';
import { sameShape, shapeError } from '../shape.js';

type Named = Readonly<Record<string, Node>>;

export type LoopOptions = {
  /** Values handed from step to step, with their first values. */
  readonly carried: Named;
  /** Values with one slice on the first axis for each step; the step sees its slice. */
  readonly perStep: Named;
  /** Values every step sees unchanged. */
  readonly captured: Named;
  readonly body: (values: { carried: Named; perStep: Named; captured: Named }) => {
    /** The carried values of the next step. */
    readonly carried: Named;
    /** Values to keep of every step, stacked on a new first axis. */
    readonly stacked: Named;
  };
};

/**
 * Runs the body once for each slice of the per-step values (a scan), inside one native call.
 * @returns the carried values after the last step, and the stacked ones [K, ...]
 */
export function loop({ carried, perStep, captured, body }: LoopOptions): {
  carried: Record<string, Node>;
  stacked: Record<string, Node>;
} {
  const steps = stepCount(perStep);
  const inner = {
    carried: mapValues(carried, (node, name) => input(`carried.${name}`, node.dtype, node.shape)),
    perStep: mapValues(perStep, (node, name) =>
      input(`step.${name}`, node.dtype, node.shape.slice(1)),
    ),
    captured: mapValues(captured, (node, name) =>
      input(`captured.${name}`, node.dtype, node.shape),
    ),
  };
  const result = body(inner);
  const carriedNames = Object.keys(carried);
  const stackedNames = Object.keys(result.stacked);
  const next = carriedNames.map((name) =>
    checkedCarried(name, carried[name]!, result.carried[name]),
  );
  const stacked = stackedNames.map((name) => result.stacked[name]!);
  const loopBody: LoopBody = {
    kind: 'loop-body',
    inputs: [
      ...Object.values(inner.carried),
      ...Object.values(inner.perStep),
      ...Object.values(inner.captured),
    ],
    outputs: [...next, ...stacked],
    carriedCount: carriedNames.length,
    perStepCount: Object.keys(perStep).length,
  };
  const operands = [
    ...Object.values(carried),
    ...Object.values(perStep),
    ...Object.values(captured),
  ];
  const node = makeNode('loop', operands, 'float32', [], { body: loopBody });
  const output = (index: number, of: Node, shape: Shape) =>
    makeNode('loop-output', [node], of.dtype, shape, { index });
  return {
    carried: Object.fromEntries(
      carriedNames.map((name, i) => [name, output(i, next[i]!, next[i]!.shape)]),
    ),
    stacked: Object.fromEntries(
      stackedNames.map((name, i) => [
        name,
        output(next.length + i, stacked[i]!, [steps, ...stacked[i]!.shape]),
      ]),
    ),
  };
}

function stepCount(perStep: Named): number | string {
  const nodes = Object.values(perStep);
  const steps = nodes[0]?.shape[0];
  if (steps === undefined || nodes.some((node) => node.shape[0] !== steps)) {
    throw shapeError(
      'loop',
      'per-step values that agree on their first axis, at least one',
      nodes.length ? nodes : 'none',
    );
  }
  return steps;
}

function checkedCarried(name: string, before: Node, after: Node | undefined): Node {
  if (!after || after.dtype !== before.dtype || !sameShape(after.shape, before.shape)) {
    throw shapeError(
      'loop',
      `carried value '${name}' to keep its type and shape`,
      after ? [before, after] : 'nothing for it',
    );
  }
  return after;
}

function mapValues(
  values: Named,
  change: (node: Node, name: string) => Node,
): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(values).map(([name, node]) => [name, change(node, name)]),
  );
}
