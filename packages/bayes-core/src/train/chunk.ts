import { multiplyAdds } from '../nn/cost.js';
import type { Network } from '../nn/network.js';

/** Work of one native call: about a second, so that progress and stop requests get through. */
const OPERATIONS_PER_CHUNK = 3e10;
/** Masks of one native call. */
const MASK_VALUES_PER_CHUNK = 8e6;
const MOST_STEPS = 1024;

/** How many steps one native call takes. */
export function chunkSteps(network: Network, batchSize: number): number {
  const operations = 6 * batchSize * multiplyAdds(network.layers);
  const maskValues =
    batchSize *
    network.layers.reduce((sum, layer) => sum + (layer.kind === 'dropout' ? layer.maskSize : 0), 0);
  const most = Math.min(
    OPERATIONS_PER_CHUNK / operations,
    MASK_VALUES_PER_CHUNK / Math.max(1, maskValues),
    MOST_STEPS,
  );
  return Math.max(1, Math.floor(most));
}
