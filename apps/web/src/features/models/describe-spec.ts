import type { ModelSpec } from '@dubio/contracts';
import { networkEntry, POSTERIORS, posteriorCan } from '@dubio/contracts/catalogue';
import { formatCount, formatNumber } from '@/lib/format';

/** "MC dropout, 50 posterior samples" */
export function posteriorWords(spec: ModelSpec): string {
  const { posterior } = spec;
  const { short } = POSTERIORS[posterior.kind];
  if ('members' in posterior) return `${short} of ${posterior.members}`;
  if (!posteriorCan(posterior.kind).unlimitedSamples) return short;
  return `${short}${partitionWords(spec)}, ${formatCount(spec.samples)} posterior samples`;
}

function partitionWords({ partitioned, streaming }: ModelSpec): string {
  const apart = partitioned === null ? '' : ` in ${partitioned.partitions} partitions`;
  return streaming ? `${apart}, from round to round` : apart;
}

/** "128-128 network, dropout 0.5" */
export function networkWords(spec: ModelSpec): string {
  const { network, posterior } = spec;
  const { short } = networkEntry(network.preset);
  const body = network.preset === 'mlp' ? `${network.hidden.join('-')} ${short}` : short;
  const dropout =
    'rate' in posterior ? `, dropout ${formatNumber(posterior.rate, 2).replace(/0$/, '')}` : '';
  return `${body}${dropout}`;
}
