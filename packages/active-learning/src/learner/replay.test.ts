import { describe, expect, it } from 'vitest';
import { type ReplayRequest, type ReplayTurn, replay, turnSeed } from './replay.js';

const KEYS = Int32Array.from({ length: 12 }, (_, n) => 10 * n);

/** A replay by chance alone: it never asks the model, so the model only counts. */
function requestOf(change: Partial<ReplayRequest<number>> = {}) {
  const told: { labelled: number[]; seed: number }[] = [];
  let open = 0;
  const request: ReplayRequest<number> = {
    acquisition: { rule: 'random', beta: null, batchSize: 3 },
    queueSize: 5,
    batch: 3,
    keys: KEYS,
    labelled: [50, 0],
    endLabels: 9,
    seed: 4,
    pool: { features: () => Promise.reject(new Error('chance asks for no features')) },
    fit: async (labelled, seed) => {
      told.push({ labelled: [...labelled], seed });
      open += 1;
      return {
        predictor: () => Promise.reject(new Error('chance asks no model')),
        predictorAfter: () => Promise.reject(new Error('chance asks no model')),
        lastLayer: () => Promise.reject(new Error('chance asks no model')),
        judge: async () => labelled.length,
        dispose: async () => {
          open -= 1;
        },
      };
    },
    ...change,
  };
  return { request, told, openModels: () => open };
}

async function turnsOf(request: ReplayRequest<number>): Promise<ReplayTurn<number>[]> {
  const turns: ReplayTurn<number>[] = [];
  for await (const turn of replay(request)) turns.push(turn);
  return turns;
}

describe('replay', () => {
  it('goes on until there are labels enough, a batch at a time, and judges the last model too', async () => {
    const { request, openModels } = requestOf();
    const turns = await turnsOf(request);
    expect(turns.map(({ judgement }) => judgement)).toEqual([2, 5, 8, 9]);
    expect(turns.map(({ next }) => next?.length ?? null)).toEqual([5, 8, 9, null]);
    const last = turns.at(-1)!.labelled;
    expect(last.slice(0, 2)).toEqual([50, 0]);
    expect(new Set(last).size).toBe(9);
    expect(last.every((key) => KEYS.includes(key))).toBe(true);
    expect(openModels()).toBe(0);
  });

  it('ends when every item has a label', async () => {
    const turns = await turnsOf(requestOf({ endLabels: 100 }).request);
    expect([...turns.at(-1)!.labelled].sort((a, b) => a - b)).toEqual([...KEYS]);
    expect(turns.at(-1)!.next).toBeNull();
  });

  it('goes on from a turn as if it had not stopped', async () => {
    const whole = await turnsOf(requestOf().request);
    const rest = await turnsOf(requestOf({ labelled: whole[0]!.next! }).request);
    expect(rest.map(({ labelled }) => labelled)).toEqual(
      whole.slice(1).map((turn) => turn.labelled),
    );
  });

  it('trains on labels in the order of their keys, with a seed of its own for each turn', async () => {
    const { request, told } = requestOf();
    await turnsOf(request);
    for (const { labelled, seed } of told) {
      expect(labelled).toEqual(labelled.toSorted((a, b) => a - b));
      expect(seed).toBe(turnSeed(4, labelled.length));
    }
    expect(new Set(told.map(({ seed }) => seed)).size).toBe(told.length);
  });

  it('lets the model go when a turn fails, or when the caller has seen enough', async () => {
    const failing = requestOf({ acquisition: { rule: 'bald', beta: null, batchSize: 3 } });
    await expect(turnsOf(failing.request)).rejects.toThrow('chance asks no model');
    expect(failing.openModels()).toBe(0);
    const enough = requestOf();
    for await (const turn of replay(enough.request)) if (turn.judgement >= 5) break;
    expect(enough.openModels()).toBe(0);
    expect(enough.told).toHaveLength(2);
  });

  it('stops at the next turn when it is asked to', async () => {
    const abort = new AbortController();
    const { request, told } = requestOf({ signal: abort.signal });
    abort.abort();
    await expect(turnsOf(request)).rejects.toThrow();
    expect(told).toHaveLength(0);
  });
});
