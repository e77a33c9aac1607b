import type { ModelSpec } from '@dubio/contracts';
import {
  type AskedField,
  defaultsOf,
  fitProblems,
  LEARNING,
  modelProblems,
  NETWORKS,
  NOISE,
  OPTIMISERS,
  PARTITION,
  POSTERIORS,
  type Posterior,
  type PosteriorKind,
  posteriorCan,
  TRAINING,
} from '@dubio/contracts/catalogue';
import { type Draft, DraftReader, draftOf, kindDraft, type Read } from '../form/draft';
import { writeFlag } from '../form/field-text';

const STREAMING = { streaming: LEARNING.streaming };

/** How a network learns, as it is typed. */
export const modelDraft = (spec: ModelSpec): Draft => ({
  ...kindDraft('network', 'preset', NETWORKS, spec.network),
  ...kindDraft('posterior', 'kind', POSTERIORS, spec.posterior),
  ...kindDraft('optimiser', 'kind', OPTIMISERS, spec.optimiser),
  ...draftOf('noise', NOISE, spec.noise),
  ...draftOf('', TRAINING, spec),
  partitioned: writeFlag(spec.partitioned !== null),
  ...draftOf('partitioned', PARTITION, spec.partitioned ?? defaultsOf(PARTITION)),
  ...draftOf('', STREAMING, spec),
});

/** The posterior that is chosen in a draft. */
export function posteriorOf(draft: Draft): PosteriorKind {
  const kind = draft['posterior.kind'] ?? '';
  return isPosterior(kind) ? kind : 'point';
}
const isPosterior = (kind: string): kind is Posterior['kind'] => Object.hasOwn(POSTERIORS, kind);

/** Reads a draft; how to learn apart or in a stream is dropped where the posterior cannot. */
export function readModel(draft: Draft, asked: readonly AskedField[]): Read<ModelSpec> {
  const reader = new DraftReader(draft);
  const posterior = reader.kind('posterior', 'kind', POSTERIORS);
  const can = posteriorCan(posteriorOf(draft));
  const spec: ModelSpec = {
    network: reader.kind('network', 'preset', NETWORKS),
    posterior,
    optimiser: reader.kind('optimiser', 'kind', OPTIMISERS),
    noise: reader.fields('noise', NOISE),
    ...reader.fields('', TRAINING),
    partitioned:
      can.partitions && reader.isOn('partitioned') ? reader.fields('partitioned', PARTITION) : null,
    streaming: can.streams && reader.isOn('streaming'),
  };
  return reader.done(spec, [...modelProblems(spec), ...fitProblems(spec, asked)]);
}
