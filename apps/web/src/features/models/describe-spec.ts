import type { ModelSpec } from '@dubio/contracts';
import { formatCount, formatNumber } from '@/lib/format';

const PRESETS = {
  'mlp-512': '512-512 network',
  'uci-50': '50-unit network',
  'batchbald-conv': "BatchBALD's convolutional network",
  'gal-conv': "Gal's convolutional network",
} as const;

/** "MC dropout, 50 posterior samples" */
export function posteriorWords(spec: ModelSpec): string {
  const samples = `${formatCount(spec.samples)} posterior samples`;
  switch (spec.posterior.kind) {
    case 'mc-dropout':
      return `MC dropout, ${samples}`;
    case 'ensemble':
      return `ensemble of ${spec.posterior.members}`;
    case 'point':
      return 'one point: no epistemic doubt';
    case 'mean-field':
      return `mean field${shardWords(spec)}, ${samples}`;
    case 'concrete-dropout':
      return `dropout with learned rates, ${samples}`;
    case 'group-normal-jeffreys':
      return `group scales under normal-Jeffreys, ${samples}`;
    case 'group-horseshoe':
      return `group scales under a horseshoe, ${samples}`;
    case 'swag':
      return `SWAG, ${samples}`;
    case 'laplace-last-layer':
      return `Laplace of the last layer, ${samples}`;
  }
}

function shardWords({ partitioned, streaming }: ModelSpec): string {
  const apart = partitioned === null ? '' : ` in ${partitioned.shards} shards`;
  return streaming ? `${apart}, from round to round` : apart;
}

/** "128-128 network, dropout 0.5" */
export function networkWords(spec: ModelSpec): string {
  const { network, posterior } = spec;
  const body =
    network.preset === 'mlp' ? `${network.hidden.join('-')} network` : PRESETS[network.preset];
  const dropout =
    posterior.kind === 'mc-dropout'
      ? `, dropout ${formatNumber(posterior.rate, 2).replace(/0$/, '')}`
      : '';
  return `${body}${dropout}`;
}
