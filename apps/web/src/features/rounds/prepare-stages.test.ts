import type { RoundProgress } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { prepareStages, workersWords, writeTimeLeft } from './prepare-stages';

const progress: RoundProgress = {
  fraction: 0.6,
  message: '',
  epoch: 11,
  loss: 0.42,
  shards: ['done', 'done', 'running', 'waiting'],
  shardRows: 1000,
  itemsPerSecond: 920,
  secondsLeft: 23,
  workers: 3,
};
const input = { progress, trainSeconds: 41, scoreSeconds: null, queueSize: 500 };

describe('prepareStages', () => {
  it('shows scoring under way: training done, shards counted, selection still to come', () => {
    const stages = prepareStages({ ...input, state: 'scoring' });
    expect(stages.map((stage) => [stage.key, stage.state, stage.info])).toEqual([
      ['train', 'done', '41 s'],
      ['score', 'running', '2 of 4 shards'],
      ['select', 'waiting', '500 items'],
      ['publish', 'waiting', ''],
    ]);
  });

  it('says the epoch and the loss while it trains', () => {
    expect(prepareStages({ ...input, state: 'training' })[0]?.info).toBe('epoch 11, loss 0.42');
  });

  it('has all steps waiting while the round is queued', () => {
    const stages = prepareStages({ ...input, progress: null, state: 'queued' });
    expect(new Set(stages.map((stage) => stage.state))).toEqual(new Set(['waiting']));
  });

  it('has all steps done when the queue is published', () => {
    const stages = prepareStages({ ...input, state: 'ready' });
    expect(new Set(stages.map((stage) => stage.state))).toEqual(new Set(['done']));
  });
});

describe('words of progress', () => {
  it('round the time left to what an estimate can know', () => {
    expect(writeTimeLeft(2)).toBe('A few seconds left');
    expect(writeTimeLeft(23)).toBe('About 25 s left');
    expect(writeTimeLeft(100)).toBe('About 2 min left');
    expect(writeTimeLeft(7200)).toBe('About 2.0 h left');
  });

  it('say how many workers there are', () => {
    expect(workersWords(progress)).toBe('3 workers, 1,000 items per shard');
    expect(workersWords({ ...progress, workers: 1, shardRows: null })).toBe('1 worker');
  });
});
