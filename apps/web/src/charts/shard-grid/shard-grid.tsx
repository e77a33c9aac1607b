import type { RoundProgress } from '@dubio/contracts';
import '../charts.css';
import { prepareShardGrid } from './prepare-shard-grid';

/** One square per shard: filled when done, framed while it runs. */
export function ShardGrid({ shards }: { readonly shards: RoundProgress['shards'] }) {
  const grid = prepareShardGrid(shards);
  return (
    <div className="shards" role="img" aria-label={grid.label}>
      {grid.squares.map((square, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a shard is its place
        <i key={index} className={square.state} title={square.text} />
      ))}
    </div>
  );
}
