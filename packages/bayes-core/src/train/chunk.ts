import { multiplyAdds } from '../nn/cost.js';
import type { Network } from '../nn/network.js';
import type { NoiseInput } from '../posterior/family.js';
import { sizeOf } from '../tensor.js';

/** Work of one native call: about a second, so that progress and stop requests get through. */
const OPERATIONS_PER_CHUNK = 3e10;
/** Random numbers of one native call. */
const NOISE_VALUES_PER_CHUNK = 8e6;
const MOST_STEPS = 1024;

/**
 * How many steps one native call takes.
 * @see docs/decisions/0011
 */
export function chunkSteps(
  network: Network,
  batchSize: number,
  noise: readonly NoiseInput[],
): number {
  const operations = 6 * batchSize * multiplyAdds(network.layers);
  const noiseValues = noise.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const most = Math.min(
    OPERATIONS_PER_CHUNK / operations,
    NOISE_VALUES_PER_CHUNK / Math.max(1, noiseValues),
    MOST_STEPS,
  );
  return Math.max(1, Math.floor(most));
}
