import type { RoundProgress } from '@dubio/contracts';
import { formatCount } from '@/lib/format';

type State = RoundProgress['shards'][number];
/** More squares than this say nothing: a square then stands for several shards. */
const MOST = 200;
const ORDER: readonly State[] = ['failed', 'running', 'waiting', 'done'];

export type ShardGrid = {
  readonly done: number;
  readonly total: number;
  readonly squares: readonly { readonly state: State; readonly text: string }[];
  readonly label: string;
};

/** Squares for shards; several shards in one square show the state that needs most attention. */
export function prepareShardGrid(shards: readonly State[]): ShardGrid {
  const each = Math.max(1, Math.ceil(shards.length / MOST));
  const squares = [];
  for (let first = 0; first < shards.length; first += each) {
    const group = shards.slice(first, first + each);
    const state = ORDER.find((one) => group.includes(one)) ?? 'waiting';
    const last = Math.min(shards.length, first + each);
    const name = each === 1 ? `Shard ${first + 1}` : `Shards ${first + 1} to ${last}`;
    squares.push({ state, text: `${name}: ${state}` });
  }
  const count = (state: State) => shards.filter((shard) => shard === state).length;
  const parts = (['done', 'running', 'waiting', 'failed'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${formatCount(count(state))} ${state}`);
  return {
    done: count('done'),
    total: shards.length,
    squares,
    label: `Shards: ${parts.length === 0 ? 'none yet' : parts.join(', ')}`,
  };
}
