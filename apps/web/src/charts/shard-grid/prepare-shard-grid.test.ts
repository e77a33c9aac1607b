import { describe, expect, it } from 'vitest';
import { prepareShardGrid } from './prepare-shard-grid';

describe('prepareShardGrid', () => {
  it('counts what is done and says it', () => {
    const grid = prepareShardGrid(['done', 'done', 'running', 'waiting']);
    expect(grid.label).toBe('Shards: 2 done, 1 running, 1 waiting');
    expect(grid.squares[2]).toEqual({ state: 'running', text: 'Shard 3: running' });
  });

  it('lets a square stand for several shards of a large pool, and never hides a failed one', () => {
    const shards = Array.from({ length: 1000 }, () => 'done' as const);
    const grid = prepareShardGrid([...shards.slice(0, 503), 'failed', ...shards.slice(504)]);
    expect(grid.squares).toHaveLength(200);
    expect(grid.squares.filter((square) => square.state === 'failed')).toHaveLength(1);
    expect(grid.done).toBe(999);
  });

  it('says so before there are shards', () => {
    expect(prepareShardGrid([]).label).toBe('Shards: none yet');
  });
});
