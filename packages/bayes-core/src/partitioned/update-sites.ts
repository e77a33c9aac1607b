import { NumericsError } from '../errors.js';
import { inRange } from '../nn/checks.js';
import { type Network, resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { EpochRecord, FittedPosterior } from '../posterior/fitted.js';
import { uncertainSlots } from '../posterior/gaussian-weights.js';
import { mapSlots, type NaturalParameters, naturalOf, parametersOf } from '../posterior/natural.js';
import { requireBelief } from '../posterior/streaming-prior.js';
import { expectedSlopes, tailPrecision } from '../prior/expected-slopes.js';
import { float32 } from '../tensor.js';
import { multiplyPrior } from './multiply-prior.js';
import { sumAt } from './partition-task.js';
import type { PartitionedState } from './state.js';
import { stepLength } from './step-length.js';

export type SiteUpdate = {
  readonly state: PartitionedState;
  /** Weights whose step was shortened to keep q and all cavities proper. */
  readonly shortened: number;
};

/**
 * Share of each change that is taken when all partitions answer at once: 1 / K, the mean of what
 * the partitions ask for. Twice as much needs half the rounds where the partitions are alike, and
 * ran away in our bench where they were not.
 */
export function defaultDamping(partitions: number): number {
  return 1 / partitions;
}

/**
 * The server's step: takes each answer q_k apart, and multiplies the product with the change of its
 * site, damped:
 *
 *   change_k = q_k / (prior t_1 ... t_K),   t_k <- t_k change_k^rho,   q <- q prod_k change_k^rho
 *
 * in natural parameters, in float64 (Bui et al. 2018, equations 3 and 4; damping as in Ashman et
 * al. 2022, section 3). All partitions in one call is the synchronous schedule; one partition per
 * call, in order, the sequential one. Sites may have negative precisions; q and every cavity must
 * not, so `stepLength` shortens rho of a weight where it has to.
 * A prior that is not Gaussian is no site: its share of an answer, `expectedSlopes` at q_k, is
 * taken out of it, and it is multiplied back exactly once, by `multiplyPrior`. Points (noise of the
 * likelihood) move to the mean over rows.
 * @throws invalid_argument for answers of another round or out of order; weights_mismatch for those
 * of another run
 * @see docs/decisions/0130
 */
export function updateSites(
  state: PartitionedState,
  answers: readonly FittedPosterior[],
  damping: number = answers.length === 1 ? 1 : defaultDamping(answers.length),
): SiteUpdate {
  if (damping === 0) inRange('damping', damping, Number.MIN_VALUE, 1);
  inRange('damping', damping, 0, 1);
  checkAnswers(state, answers);
  const network = resolveNetwork(state.spec);
  const product = productOf(state, network);
  const naturals = answers.map(({ members }) => naturalOf(network, members[0]!.parameters));
  const sites = state.sites.map((site) => mapSlots(network, (name) => copyOf(site[name]!)));
  let shortened = 0;
  const q = mapSlots(network, (name, size) => {
    const [precision, shift] = [new Float64Array(size), new Float64Array(size)];
    for (let i = 0; i < size; i++) {
      const [total, totalShift] = sumAt(state.sites, name, i);
      const changes = naturals.map((own) => {
        const answer = at(own, name, i);
        const prior = product.priorAt(answer, name, i);
        return {
          precision: answer.precision - prior.precision - total,
          shift: answer.shift - prior.shift - totalShift,
        };
      });
      const changeOf = (k: number) => changes[k - state.answered]?.precision ?? 0;
      const sum = changes.reduce((all, { precision: own }) => all + own, 0);
      const tail = product.tailAt(name, i);
      const length = stepLength(
        damping,
        [tail + total, ...state.sites.map((site) => tail + total - site[name]!.precision[i]!)],
        [sum, ...state.sites.map((_, k) => sum - changeOf(k))],
      );
      if (length < damping) shortened++;
      changes.forEach((change, j) => {
        const site = sites[state.answered + j]![name]!;
        site.precision[i]! += length * change.precision;
        site.shift[i]! += length * change.shift;
      });
      const [newTotal, newShift] = sumAt(sites, name, i);
      const found = product.multiply({ precision: newTotal, shift: newShift }, name, i, () =>
        towards(
          at(product.natural, name, i),
          naturals.map((own) => at(own, name, i)),
          length,
        ),
      );
      precision[i] = found.precision;
      shift[i] = found.shift;
    }
    return { precision, shift };
  });
  const points = averagedPoints(state, network, answers);
  const answered = state.answered + answers.length;
  const isDone = answered === state.sites.length;
  return {
    shortened,
    state: {
      ...state,
      sites,
      parameters: parametersOf(network, q, points),
      round: state.round + (isDone ? 1 : 0),
      answered: isDone ? 0 : answered,
      history: [...state.history, ...answers.flatMap((each) => recordsOf(state, each))],
    },
  };
}

type Point = { readonly precision: number; readonly shift: number };

/** How the prior enters the product: as a Gaussian once and for all, or anew for each q. */
type Product = {
  readonly natural: NaturalParameters;
  priorAt(q: Point, name: string, i: number): Point;
  tailAt(name: string, i: number): number;
  multiply(factor: Point, name: string, i: number, start: () => Point): Point;
};

function productOf({ spec, prior, parameters }: PartitionedState, network: Network): Product {
  const written = requireBelief(spec, 'training in partitions').prior;
  const natural = naturalOf(network, parameters);
  if (prior || written.kind === 'gaussian') {
    const streamingPrior = prior ? naturalOf(network, prior) : null;
    const own = { precision: tailPrecision(written), shift: 0 };
    const priorAt = (_q: Point, name: string, i: number) =>
      streamingPrior ? at(streamingPrior, name, i) : own;
    return {
      natural,
      priorAt,
      tailAt: (name, i) => (streamingPrior ? streamingPrior[name]!.precision[i]! : own.precision),
      multiply: (factor, name, i) => {
        const base = priorAt(own, name, i);
        return {
          precision: base.precision + factor.precision,
          shift: base.shift + factor.shift,
        };
      },
    };
  }
  const slopesAt = expectedSlopes(written);
  return {
    natural,
    priorAt: ({ precision, shift }) => {
      const mean = shift / precision;
      const { slope, curvature } = slopesAt(mean, 1 / Math.sqrt(precision));
      return { precision: -curvature, shift: slope - mean * curvature };
    },
    tailAt: () => tailPrecision(written),
    multiply: (factor, _name, _i, start) => multiplyPrior(slopesAt, factor, start()),
  };
}

/**
 * Where the search for q begins: as if the prior were Gaussian, which one answer without damping
 * needs no step from.
 */
function towards(now: Point, answers: readonly Point[], length: number): Point {
  let { precision, shift } = now;
  for (const answer of answers) {
    precision += length * (answer.precision - now.precision);
    shift += length * (answer.shift - now.shift);
  }
  return precision > 0 ? { precision, shift } : now;
}

const at = (natural: NaturalParameters, name: string, i: number): Point => ({
  precision: natural[name]!.precision[i]!,
  shift: natural[name]!.shift[i]!,
});

const copyOf = ({ precision, shift }: NaturalParameters[string]) => ({
  precision: precision.slice(),
  shift: shift.slice(),
});

/** theta <- theta + sum_k (rows of k / rows of all) (theta_k - theta). */
function averagedPoints(
  { parameters, partitionRows, answered }: PartitionedState,
  network: Network,
  answers: readonly FittedPosterior[],
): Parameters {
  const uncertain = new Set(uncertainSlots(network).map(({ name }) => name));
  const rows = partitionRows.reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    network.parameters
      .filter(({ name }) => !uncertain.has(name))
      .map(({ name }) => {
        const { data, shape } = parameters[name]!;
        const moved = Float64Array.from(data);
        answers.forEach(({ members }, j) => {
          const own = members[0]!.parameters[name]!.data;
          const share = partitionRows[answered + j]! / rows;
          for (let i = 0; i < moved.length; i++) moved[i]! += share * (own[i]! - data[i]!);
        });
        return [name, float32(Float32Array.from(moved), shape)];
      }),
  );
}

/** What a partition reports, counted on over the rounds; `member` is the partition. */
function recordsOf(
  { sites, history }: PartitionedState,
  { members, history: own }: FittedPosterior,
): EpochRecord[] {
  const partition = members[0]!.index % sites.length;
  const last = history.findLast(({ member }) => member === partition);
  return own.map((record) => ({
    ...record,
    member: partition,
    epoch: record.epoch + (last?.epoch ?? 0),
    step: record.step + (last?.step ?? 0),
  }));
}

function checkAnswers(state: PartitionedState, answers: readonly FittedPosterior[]): void {
  const { spec, seed, round, answered, sites } = state;
  const first = round * sites.length + answered;
  const indexes = answers.map(({ members }) => members[0]?.index);
  const isNext = indexes.every((index, j) => index === first + j);
  if (!isNext || answers.length === 0 || answered + answers.length > sites.length) {
    throw new NumericsError(
      'invalid_argument',
      `Expected the answers of partitions ${answered} to ${sites.length - 1} of round ${round}, in order, got those of fits ${indexes.join(', ') || 'none'} (round x ${sites.length} + partition; expected from ${first}).`,
      { round, expectedFirst: first, got: indexes },
    );
  }
  const foreign = answers.find(
    (answer) => answer.seed !== seed || JSON.stringify(answer.spec) !== JSON.stringify(spec),
  );
  if (foreign) {
    throw new NumericsError(
      'weights_mismatch',
      'An answer belongs to another run: spec and seed must be those of the state.',
      { expected: { spec, seed }, got: { spec: foreign.spec, seed: foreign.seed } },
    );
  }
}
