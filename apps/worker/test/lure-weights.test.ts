import { randomUUID } from 'node:crypto';
import { decodeTrainingSet, readPoolScores, rowsOf, weightsOf } from '@dubio/active-learning';
import { ItemId } from '@dubio/contracts';
import { submitAnnotations } from '@dubio/labelling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.js';
import { queueOf, roundEnd, seedRoundProject, startRound } from './round-project.js';

type Draw = { ordinal: number; rank: number; chance: number | null; among: number | null };

const BETA = 2;
const ANSWERS = 60;

describe('training with LURE weights', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  const drawsOf = async (projectId: string, generation: number): Promise<Draw[]> =>
    (
      await harness.database.pool.query<Draw>(
        `SELECT i.ordinal, q.rank, q.draw_chance AS chance, q.drawn_among AS among
           FROM queue_entry q JOIN item i ON i.id = q.item_id
          WHERE q.project_id = $1 AND q.generation = $2 ORDER BY q.rank`,
        [projectId, generation],
      )
    ).rows;

  /** Two rounds with answers to the first queue in between, each third place left out. */
  async function twoRounds() {
    const project = await seedRoundProject(harness, {
      shards: 2,
      validation: 0,
      test: 0,
      acquisition: { rule: 'power-bald', beta: BETA },
      policies: { trainWithLureWeights: true, controlShare: 0.1, queueSize: 200 },
    });
    const { projectId, itemIds, ownerId } = project;
    const first = await startRound(harness, projectId);
    expect(await roundEnd(harness, first)).toMatchObject({ state: 'ready', failure_message: null });
    const queue = await drawsOf(projectId, 1);
    const answered = queue.filter((_, i) => i % 3 !== 2).slice(0, ANSWERS);
    for (const { ordinal } of answered.toReversed())
      await submitAnnotations(harness.database, { projectId, userId: ownerId }, [
        {
          key: randomUUID(),
          itemId: ItemId.parse(itemIds[ordinal]),
          leaseId: null,
          kind: 'answer',
          answer: { answer: project.truth(ordinal) },
          durationMs: 900,
        },
      ]);
    const second = await startRound(harness, projectId);
    const end = await roundEnd(harness, second);
    return { projectId, rounds: [first, second] as const, queue, answered, end };
  }

  it('weighs labels by the chances of their draws, the same with one worker and with two', async () => {
    const one = await harness.startWorker({ concurrency: 1 });
    const alone = await twoRounds();
    expect(alone.end).toMatchObject({ state: 'ready', failure_message: null });

    // Chances: the weights of the whole open pool, place by place, from the scores that were
    // stored.
    const folder = (round: string) => `projects/${alone.projectId}/rounds/${round}`;
    const pool = readPoolScores(await harness.store.get(`${folder(alone.rounds[0])}/pool.bin`));
    const weight = new Map(
      Array.from(pool.ordinal, (ordinal, i) => [ordinal, pool.score[i]! ** BETA]),
    );
    const controls = alone.queue.filter(({ chance }) => chance === null);
    expect(controls).toHaveLength(20);
    const open = new Map(weight);
    for (let ordinal = 0; ordinal < 40; ordinal++) open.delete(ordinal);
    for (const { ordinal } of controls) open.delete(ordinal);
    for (const { ordinal, chance, among } of alone.queue) {
      if (chance === null) continue;
      const total = [...open.values()].reduce((a, b) => a + b, 0);
      expect(chance / (weight.get(ordinal)! / total)).toBeCloseTo(1, 9);
      expect(among).toBe(open.size);
      open.delete(ordinal);
    }

    // Weights: the formula with the chances that came with the queue; the labels before it count 1.
    const bytes = await harness.store.get(`${folder(alone.rounds[1])}/training-set.json`);
    const set = decodeTrainingSet(bytes);
    const drawn = new Map(alone.answered.map((draw) => [draw.ordinal, draw]));
    const control = alone.answered.filter(({ chance }) => chance === null).length;
    const M = 40 + ANSWERS - control;
    const N = 2 * 4096 - 900 - control;
    expect(set).toMatchObject({ trainWithLureWeights: true, poolRows: N });
    const { ordinals } = rowsOf(set, 'train');
    const weights = weightsOf(set, 'train')!;
    expect(ordinals.length).toBe(M - Math.round(0.15 * M));
    const weightOf = (draw: Draw | undefined): number => {
      if (!draw) return 1;
      const share = Math.min(1, (N - M) / (draw.among! - 1));
      return 1 + share * (1 / (draw.among! * draw.chance!) - 1);
    };
    weights.forEach((found, i) => {
      expect(found).toBeCloseTo(weightOf(drawn.get(ordinals[i]!)), 9);
    });
    expect(new Set(weights).size).toBeGreaterThan(20);
    expect(alone.end.metrics).toMatchObject({
      heldOutSource: 'validation',
      lure: {
        rows: Math.round(0.15 * M),
        metric: { value: expect.any(Number), standardError: expect.any(Number) },
        nll: { value: expect.any(Number), standardError: expect.any(Number) },
      },
    });

    await one.stop();
    await harness.startWorker({ concurrency: 1 });
    await harness.startWorker({ concurrency: 1 });
    const together = await twoRounds();
    expect(together.end.state).toBe('ready');
    expect(await queueOf(harness, together.projectId)).toEqual(
      await queueOf(harness, alone.projectId),
    );
    const chances = (draws: Draw[]) => draws.map(({ chance }) => chance);
    expect(chances(await drawsOf(together.projectId, 2))).toEqual(
      chances(await drawsOf(alone.projectId, 2)),
    );
  });

  it('is left alone by rules that take the greatest: their labels know no draw', async () => {
    await harness.startWorker({ concurrency: 1 });
    const { projectId } = await seedRoundProject(harness, {
      shards: 1,
      acquisition: { rule: 'bald' },
    });
    const roundId = await startRound(harness, projectId);
    const end = await roundEnd(harness, roundId);
    expect(end).toMatchObject({ state: 'ready', metrics: { lure: null } });
    for (const { chance, among } of await drawsOf(projectId, 1))
      expect([chance, among]).toEqual([null, null]);
  });
});
