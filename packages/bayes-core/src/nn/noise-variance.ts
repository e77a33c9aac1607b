import type { Head } from './heads.js';
import type { Parameters } from './parameters.js';
import type { NumberOutputSpec } from './spec.js';
import type { TargetScale } from './targets.js';

/** Noise variance that all items share, in squared units of the target. */
export function noiseVarianceOf(
  { noiseVariance }: NumberOutputSpec,
  { logVariance }: Pick<Head, 'logVariance'>,
  scale: TargetScale,
  parameters: Parameters,
): number {
  return noiseVariance ?? Math.exp(parameters[logVariance!]!.data[0]!) * scale.deviation ** 2;
}
