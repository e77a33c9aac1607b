import { NumericsError } from '../errors.js';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../io/safetensors.js';
import { completeSpec } from '../nn/complete-spec.js';
import { resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import { uncertainSlots } from '../posterior/gaussian-weights.js';
import type { NaturalParameters } from '../posterior/natural.js';
import { asFloat32, float32 } from '../tensor.js';
import type { PartitionTask } from './partition-task.js';
import type { PartitionedState } from './state.js';
import { upgradePartitioned } from './upgrade-partitioned.js';

const STATE = 'dubio.partitioned.1';
const TASK = 'dubio.shard-task.1';

type StoredState = Omit<PartitionedState, 'parameters' | 'prior' | 'sites' | 'best'> & {
  readonly best: { readonly round: number; readonly score: number } | null;
};

/**
 * Safetensors bytes of a state: sites in float64, everything else in float32; the same state gives
 * the same bytes.
 */
export function savePartitioned(state: PartitionedState): Uint8Array {
  const { parameters, prior, sites, best, ...others } = state;
  const rest = { ...others, best: best && { round: best.round, score: best.score } };
  const natural = sites.flatMap((site, k) =>
    Object.entries(site).flatMap(([name, own]) =>
      (['precision', 'shift'] as const).map((part): [string, SafetensorsTensor] => [
        `site${k}/${name}.${part}`,
        { dtype: 'F64', shape: [own[part].length], data: own[part] },
      ]),
    ),
  );
  return writeSafetensors(
    {
      ...stored('now/', parameters),
      ...stored('prior/', prior ?? {}),
      ...stored('best/', best?.parameters ?? {}),
      ...Object.fromEntries(natural),
    },
    { format: STATE, state: JSON.stringify(rest) },
  );
}

/** @throws corrupt_artifact when the bytes are no such state */
export function loadPartitioned(bytes: Uint8Array): PartitionedState {
  const { tensors, metadata } = readSafetensors(bytes);
  const text = expectFormat(metadata, STATE, 'state', 'a state of training in partitions');
  const { best, ...rest } = upgradePartitioned(JSON.parse(text)) as StoredState;
  const spec = completeSpec(rest.spec);
  const slots = uncertainSlots(resolveNetwork(spec));
  const sites = rest.partitionRows.map((_, k): NaturalParameters => {
    const part = (name: string, what: string) => {
      const data = tensors[`site${k}/${name}.${what}`]?.data;
      if (data instanceof Float64Array) return data;
      throw missing(`site${k}/${name}.${what}`);
    };
    return Object.fromEntries(
      slots.map(({ name }) => [
        name,
        { precision: part(name, 'precision'), shift: part(name, 'shift') },
      ]),
    );
  });
  const prior = taken('prior/', tensors);
  return {
    ...rest,
    spec,
    parameters: taken('now/', tensors),
    prior: Object.keys(prior).length > 0 ? prior : null,
    sites,
    best: best ? { ...best, parameters: taken('best/', tensors) } : null,
  };
}

/** Safetensors bytes of what a worker is sent. */
export function savePartitionTask({ start, belief, ...rest }: PartitionTask): Uint8Array {
  const metadata = { ...rest, prior: belief?.prior };
  return writeSafetensors(
    { ...stored('start/', start), ...stored('belief/', withoutCentres(belief?.factors ?? {})) },
    { format: TASK, task: JSON.stringify(metadata) },
  );
}

/** @throws corrupt_artifact when the bytes are no such task */
export function loadPartitionTask(bytes: Uint8Array): PartitionTask {
  const { tensors, metadata } = readSafetensors(bytes);
  const text = expectFormat(metadata, TASK, 'task', 'a task of one partition');
  const { prior, ...rest } = upgradePartitioned(JSON.parse(text)) as Omit<
    PartitionTask,
    'start' | 'belief'
  > & {
    readonly prior?: boolean;
  };
  const start = taken('start/', tensors);
  const factors = withCentres(taken('belief/', tensors), start);
  const spec: ModelSpec = completeSpec(rest.spec);
  return { ...rest, spec, start, belief: prior === undefined ? null : { prior, factors } };
}

const CENTRE = '.factor.centre';

/** Centres are the weights training starts at; sent once. */
function withoutCentres(factors: Parameters): Parameters {
  return Object.fromEntries(Object.entries(factors).filter(([name]) => !name.endsWith(CENTRE)));
}

function withCentres(factors: Parameters, start: Parameters): Parameters {
  const centres = Object.keys(factors)
    .filter((name) => name.endsWith('.factor.slope'))
    .map((name) => name.slice(0, -'.factor.slope'.length))
    .map((slot) => [`${slot}${CENTRE}`, start[slot]!] as const);
  return { ...factors, ...Object.fromEntries(centres) };
}

function stored(prefix: string, parameters: Parameters): Record<string, SafetensorsTensor> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, tensor]) => [
      `${prefix}${name}`,
      { dtype: 'F32', shape: tensor.shape, data: asFloat32(tensor) },
    ]),
  );
}

function taken(prefix: string, tensors: Readonly<Record<string, SafetensorsTensor>>): Parameters {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { data, shape }]) => {
        if (data instanceof Float32Array) return [name.slice(prefix.length), float32(data, shape)];
        throw missing(name);
      }),
  );
}

function expectFormat(
  metadata: Readonly<Record<string, string>>,
  format: string,
  field: string,
  what: string,
): string {
  const text = metadata[field];
  if (metadata.format === format && text) return text;
  throw new NumericsError(
    'corrupt_artifact',
    `Expected ${what} ('${format}'), got '${metadata.format ?? 'no format'}'.`,
    { format: metadata.format },
  );
}

function missing(name: string): NumericsError {
  return new NumericsError('corrupt_artifact', `Tensor '${name}' is missing or of another type.`, {
    name,
  });
}
