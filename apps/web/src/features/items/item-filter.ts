import type { Item } from '@dubio/contracts';

export type ItemFilter = {
  readonly split: Item['split'] | null;
  readonly state: Item['state'] | 'skipped' | null;
  readonly externalId: string;
};

const SPLITS: readonly Item['split'][] = ['pool', 'validation', 'test'];
const STATES = ['pool', 'labelled', 'withdrawn', 'skipped'] as const;

/** The filter as the address carries it; a value that is none is no filter. */
export function readFilter(params: { get(name: string): string | null }): ItemFilter {
  return {
    split: SPLITS.find((split) => split === params.get('split')) ?? null,
    state: STATES.find((state) => state === params.get('state')) ?? null,
    externalId: (params.get('id') ?? '').trim(),
  };
}

/** The query of an address; empty when nothing is filtered. */
export function writeFilter(filter: ItemFilter): string {
  const params = new URLSearchParams();
  if (filter.split !== null) {
    params.set('split', filter.split);
  }
  if (filter.state !== null) {
    params.set('state', filter.state);
  }
  if (filter.externalId !== '') {
    params.set('id', filter.externalId);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
