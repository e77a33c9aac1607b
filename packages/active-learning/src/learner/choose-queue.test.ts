import { describe, expect, it } from 'vitest';
import { drawChances } from '../acquisition/draw-chances.js';
import { chooseQueue, type QueueRequest } from './choose-queue.js';
import type { PoolScores } from './pool-scores.js';
import type { Model, Pool } from './ports.js';

const ROWS = 20;
const rows = Array.from({ length: ROWS }, (_, n) => n);
/** Item 100 + n; the sixth is wanted most, its neighbours next. */
const scores: PoolScores = {
  ordinal: Int32Array.from(rows, (n) => 100 + n),
  total: Float32Array.from(rows, (n) => 2 + n),
  aleatoric: Float32Array.from(rows, (n) => 1 + n / 2),
  epistemic: Float32Array.from(rows, (n) => 1 + n / 2),
  score: Float32Array.from(rows, (n) => 1 / (1 + Math.abs(n - 5.1))),
  firstLook: null,
  mean: Float32Array.from(rows, (n) => n / 10),
  predicted: Int32Array.from(rows, (n) => n % 3),
  votes: Int32Array.from(rows.flatMap((n) => [n, 2 * n, 3 * n])),
  classes: 3,
};
const untouched = () => {
  throw new Error('A rule that goes by scores alone asks for nothing.');
};
const pool: Pool = { features: untouched };
const model: Model = {
  predictor: untouched,
  predictorAfter: untouched,
  lastLayer: untouched,
};
const request: QueueRequest = {
  acquisition: { rule: 'bald', beta: null, batchSize: 5 },
  queueSize: 10,
  controlShare: 0,
  activeTestShare: 0,
  seed: 3,
  scores,
  gone: new Set(),
  firstSamples: null,
  expectedLosses: [],
  labelled: [],
  pool,
  model,
};
const best = [105, 106, 104, 107, 103, 108, 102, 109, 101, 110];

describe('a queue', () => {
  it('holds what is wanted most, with what is known of each item', async () => {
    const { queue, scores: known, adaptiveSampling } = await chooseQueue(request);
    expect([...queue.ordinal]).toEqual(best);
    expect(new Set(queue.origin)).toEqual(new Set(['acquisition']));
    expect(known).toBe(scores);
    expect(adaptiveSampling).toBeNull();
    for (const [i, ordinal] of best.entries()) {
      const n = ordinal - 100;
      expect(queue.score[i]).toBe(scores.score[n]);
      expect(queue.total[i]).toBe(2 + n);
      expect(queue.aleatoric[i]).toBe(1 + n / 2);
      expect(queue.epistemic[i]).toBe(1 + n / 2);
      expect(queue.quantile[i]).toBe(n / ROWS);
      expect(queue.predicted[i]).toBe(n % 3);
      expect(queue.mean[i]).toBe(Math.fround(n / 10));
      expect([...queue.votes.subarray(3 * i, 3 * i + 3)]).toEqual([n, 2 * n, 3 * n]);
      // The greatest is no draw.
      expect(queue.drawChance[i]).toBeNaN();
      expect(queue.drawnAmong[i]).toBe(0);
    }
  });

  it('leaves out what was labelled or withdrawn meanwhile', async () => {
    const { queue } = await chooseQueue({ ...request, gone: new Set([105, 104]) });
    expect([...queue.ordinal]).toEqual([...best.filter((o) => o !== 105 && o !== 104), 100, 111]);
  });

  it('is as long as the open pool where that is shorter, and empty without one', async () => {
    const gone = new Set(scores.ordinal.slice(0, 17));
    const { queue } = await chooseQueue({ ...request, gone });
    expect([...queue.ordinal]).toEqual([117, 118, 119]);
    const none = await chooseQueue({ ...request, gone: new Set(scores.ordinal) });
    expect(none.queue.ordinal).toHaveLength(0);
    expect(none.queue.votes).toHaveLength(0);
    expect(none.missedAtMostNats).toBe(0);
  });

  it('may be read from its beginning alone', async () => {
    const { queue } = await chooseQueue({ ...request, length: 4 });
    expect([...queue.ordinal]).toEqual(best.slice(0, 4));
    const more = await chooseQueue({ ...request, length: 40 });
    expect([...more.queue.ordinal]).toEqual(best);
  });
});

describe('items that are set apart', () => {
  const losses = [
    {
      ordinal: scores.ordinal,
      loss: Float32Array.from(rows, (n) => (n < 10 ? 0.1 : 1)),
    },
  ];

  it('are drawn first, whatever their scores, and the rule fills what is left', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { queue } = await chooseQueue({
        ...request,
        seed,
        controlShare: 0.3,
        activeTestShare: 0.2,
        expectedLosses: losses,
      });
      const of = (origin: string) =>
        [...queue.ordinal].filter((_, i) => queue.origin[i] === origin);
      expect([of('control').length, of('active-test').length]).toEqual([3, 2]);
      const apart = new Set([...of('control'), ...of('active-test')]);
      expect(apart.size).toBe(5);
      const wanted = [...best, 100, 111, 112, 113].filter((ordinal) => !apart.has(ordinal));
      expect(of('acquisition')).toEqual(wanted.slice(0, 5));
      for (const [i, origin] of queue.origin.entries()) {
        const isDraw = origin === 'active-test';
        expect(Number.isNaN(queue.drawChance[i])).toBe(!isDraw);
        // Seventeen are open behind three control items, then sixteen.
        if (isDraw) expect([17, 16]).toContain(queue.drawnAmong[i]);
      }
    }
  });

  it('differ by the seed, and leave room for tests where all is control', async () => {
    const controls = async (seed: number) => {
      const { queue } = await chooseQueue({ ...request, seed, controlShare: 0.5 });
      return [...queue.ordinal].filter((_, i) => queue.origin[i] === 'control').join();
    };
    expect(await controls(1)).toBe(await controls(1));
    expect(await controls(1)).not.toBe(await controls(2));
    const gone = new Set(scores.ordinal.slice(0, 18));
    const two = await chooseQueue({
      ...request,
      gone,
      controlShare: 0.5,
      activeTestShare: 0.5,
      expectedLosses: losses,
    });
    expect(two.queue.origin.toSorted()).toEqual(['active-test', 'control']);
  });
});

describe('a rule that draws by chance', () => {
  it('tells with which chance each item was drawn, among how many', async () => {
    for (const beta of [null, 2]) {
      const { queue } = await chooseQueue({
        ...request,
        acquisition: { rule: 'power-bald', beta, batchSize: 5 },
        gone: new Set([119]),
        controlShare: 0.2,
      });
      const indexes = (origin: string) =>
        [...queue.ordinal].flatMap((ordinal, i) =>
          queue.origin[i] === origin ? [ordinal - 100] : [],
        );
      const expected = drawChances({
        rule: 'power-bald',
        ...(beta === null ? {} : { beta }),
        scores_N: scores.score.slice(0, 19),
        keys_N: scores.ordinal.slice(0, 19),
        drawn: indexes('acquisition'),
        without: indexes('control'),
      })!;
      let next = 0;
      for (const [i, origin] of queue.origin.entries()) {
        if (origin === 'control') {
          expect(queue.drawChance[i]).toBeNaN();
          expect(queue.drawnAmong[i]).toBe(0);
          continue;
        }
        expect(queue.drawChance[i]).toBeCloseTo(expected.chances[next]!, 12);
        expect(queue.drawnAmong[i]).toBe(expected.among[next]);
        next++;
      }
      expect(next).toBe(8);
    }
  });
});
