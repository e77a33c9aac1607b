import type { Layer } from '../nn/layer.js';
import type { Network } from '../nn/network.js';

/** A network cut where doubt begins: the prefix is the same for every posterior sample. */
export type SplitNetwork = { readonly prefix: readonly Layer[]; readonly suffix: readonly Layer[] };

/** Cuts before the first dropout layer; a network without dropout and with shared weights is all prefix. */
export function splitNetwork(network: Network, sharesParameters: boolean): SplitNetwork {
  if (!sharesParameters) return { prefix: [], suffix: network.layers };
  const first = network.layers.findIndex((layer) => layer.kind === 'dropout');
  const at = first < 0 ? network.layers.length : first;
  return { prefix: network.layers.slice(0, at), suffix: network.layers.slice(at) };
}

/** Shape of one item where the prefix ends. */
export function boundaryShape(network: Network, { prefix }: SplitNetwork): readonly number[] {
  return prefix.at(-1)?.outputShape ?? network.inputShape;
}
