import { expect, it } from 'vitest';
import { upgradePartitioned } from './upgrade-partitioned.js';

it('a task and a state of before are read under the names of today', () => {
  const task = '{"seed":7,"round":2,"shard":1,"shards":3}';
  expect(upgradePartitioned(JSON.parse(task))).toEqual({
    seed: 7,
    round: 2,
    partition: 1,
    partitions: 3,
  });
  const state = '{"seed":7,"shardRows":[60,40],"round":2,"answered":0}';
  expect(upgradePartitioned(JSON.parse(state))).toEqual({
    seed: 7,
    partitionRows: [60, 40],
    round: 2,
    answered: 0,
  });
  expect(upgradePartitioned(null)).toBeNull();
});
