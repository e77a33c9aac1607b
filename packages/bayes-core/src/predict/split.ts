import type { Layer } from '../nn/layer.js';
import type { Network } from '../nn/network.js';

/** A network cut where uncertainty begins: the prefix is the same for every posterior sample. */
export type SplitNetwork = { readonly prefix: readonly Layer[]; readonly suffix: readonly Layer[] };

/** Cuts before the layer that samples first differ in; a network that is certain is all prefix. */
export function splitNetwork({ layers }: Network, firstUncertain: number): SplitNetwork {
  return { prefix: layers.slice(0, firstUncertain), suffix: layers.slice(firstUncertain) };
}

/** Shape of one item where the prefix ends. */
export function boundaryShape(network: Network, { prefix }: SplitNetwork): readonly number[] {
  return prefix.at(-1)?.outputShape ?? network.inputShape;
}
