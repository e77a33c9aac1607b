import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { SwagSpec } from '../nn/posterior-spec.js';
import { normal } from '../random/normal.js';
import { type Stream, stream } from '../random/stream.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { NOTHING_DROPPED, type PosteriorFamily, type TensorSlot } from './family.js';
import { uncertainSlots } from './gaussian-weights.js';
import { point } from './point.js';

const variance = (slotName: string) => `${slotName}.variance`;
const deviations = (slotName: string) => `${slotName}.deviations`;

/**
 * Stochastic weight averaging with a Gaussian (Maddox et al. 2019): mean, diagonal variance and the
 * last deviations from the running mean of the weights that further epochs at a constant step size
 * visit. A slot's own name holds the mean, `<slot>.variance` [...shape] mean w^2 - (mean w)^2,
 * `<slot>.deviations` [rank, ...shape] the low-rank part.
 */
export function swag(spec: SwagSpec): PosteriorFamily {
  return {
    ...point,
    sampleCount: (_fitted, asked) => asked,
    sharesParameters: false,
    firstUncertainLayer: () => 0,
    weightMoments: () => null,
    gathering: {
      epochs: spec.epochs,
      learningRate: spec.learningRate,
      gather: (network, gathered, parameters, epoch) => {
        const next = { ...gathered };
        const uncertain = new Set(uncertainSlots(network).map(({ name }) => name));
        for (const [name, value] of Object.entries(parameters))
          Object.assign(
            next,
            gatherOne(spec, gathered, { name, value, epoch }, uncertain.has(name)),
          );
        return next;
      },
    },
    savedSlots: (network) => [
      ...network.parameters,
      ...uncertainSlots(network).flatMap(({ name, shape }): TensorSlot[] => [
        { name: variance(name), shape },
        { name: deviations(name), shape: [spec.rank, ...shape] },
      ]),
    ],
    sampleNetwork: ({ members, seed }, network, index) => ({
      parameters: sample(
        spec,
        network,
        members[0]!.parameters,
        stream(seed).split('posterior'),
        index,
      ),
      keep: NOTHING_DROPPED,
    }),
  };
}

type Visited = { readonly name: string; readonly value: Tensor; readonly epoch: number };

/** One more point on the path of one tensor; noise of the likelihood only has a mean. */
function gatherOne(
  { rank }: SwagSpec,
  gathered: Parameters,
  { name, value, epoch }: Visited,
  isUncertain: boolean,
): Parameters {
  const { data, shape } = value;
  const size = data.length;
  const known = (part: string, length: number) =>
    Float32Array.from(gathered[part]?.data ?? new Float32Array(length));
  const [mean, spread] = [known(name, size), known(variance(name), size)];
  const columns = isUncertain ? known(deviations(name), rank * size) : new Float32Array(size);
  // The last `rank` deviations, the oldest overwritten.
  const column = isUncertain ? (epoch % rank) * size : 0;
  for (let i = 0; i < size; i++) {
    const moved = data[i]! - mean[i]!;
    mean[i]! += moved / (epoch + 1);
    const left = data[i]! - mean[i]!;
    spread[i] = (spread[i]! * epoch + moved * left) / (epoch + 1);
    columns[column + i] = left;
  }
  if (!isUncertain) return { [name]: float32(mean, shape) };
  return {
    [name]: float32(mean, shape),
    [variance(name)]: float32(spread, shape),
    [deviations(name)]: float32(columns, [rank, ...shape]),
  };
}

/**
 * w = mean + sqrt(variance / 2) z1 + D z2 / sqrt(2 (K - 1)), with one z2 for all tensors (equation
 * 1).
 */
function sample(
  { rank }: SwagSpec,
  network: Network,
  fitted: Parameters,
  source: Stream,
  index: number,
): Parameters {
  const common = normal(source.split('low-rank').at(index), rank);
  const drawn = uncertainSlots(network).map(({ name, shape }) => {
    const size = sizeOf(shape);
    const [mean, spread, columns] = [name, variance(name), deviations(name)].map(
      (part) => fitted[part]!.data,
    );
    const values = normal(source.split(name).at(index), size);
    for (let i = 0; i < size; i++) {
      let along = 0;
      for (let k = 0; k < rank; k++) along += columns![k * size + i]! * common[k]!;
      const alone = Math.sqrt(Math.max(0, spread![i]!) / 2) * values[i]!;
      values[i] = mean![i]! + alone + along / Math.sqrt(2 * (rank - 1));
    }
    return [name, float32(values, shape)] as const;
  });
  return { ...fitted, ...Object.fromEntries(drawn) };
}
