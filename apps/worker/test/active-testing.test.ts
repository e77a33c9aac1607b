import { randomUUID } from 'node:crypto';
import { decodeTrainingSet, rowsOf } from '@dubio/active-learning';
import { ItemId } from '@dubio/contracts';
import { submitAnnotations, undoAnnotation } from '@dubio/labelling';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import {
  queueOf,
  type RoundProject,
  type RoundProjectOptions,
  roundReady,
  seedRoundProject,
  startRound,
} from './round-project.js';

type Place = {
  ordinal: number;
  rank: number;
  origin: string;
  chance: number | null;
  among: number | null;
};
type ActiveTest = {
  rows: number;
  effectiveRows: number;
  metric: { value: number; low: number; high: number; standardError: number };
  nll: { value: number };
};

const PROJECT: RoundProjectOptions = {
  shards: 2,
  validation: 0,
  test: 0,
  labels: 50,
  policies: { activeTestShare: 0.2, controlShare: 0.1, queueSize: 100 },
};
/** Slow enough to be killed while the second network trains, on any machine. */
const SLOW: RoundProjectOptions = {
  ...PROJECT,
  modelSpec: { batchSize: 16, drawsPerEpoch: 512, maxEpochs: 700, patience: 1000 },
};

describe('active testing', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.killWorkers());
  afterAll(() => harness.close());

  const placesOf = async (projectId: string): Promise<Place[]> =>
    (
      await harness.database.pool.query<Place>(
        `SELECT i.ordinal, q.rank, q.origin::text, q.draw_chance AS chance, q.drawn_among AS among
           FROM queue_entry q JOIN item i ON i.id = q.item_id JOIN project p ON p.id = q.project_id
          WHERE q.project_id = $1 AND q.generation = p.generation ORDER BY q.rank`,
        [projectId],
      )
    ).rows;

  const runRound = async (projectId: string) => {
    const roundId = await startRound(harness, projectId);
    const end = await roundReady(harness, roundId);
    const read = async (file: string) =>
      decodeTrainingSet(await harness.store.get(`projects/${projectId}/rounds/${roundId}/${file}`));
    return {
      roundId,
      activeTest: (end.metrics as { activeTest: ActiveTest | null }).activeTest,
      metrics: end.metrics!,
      set: await read('training-set.json'),
      surrogateSet: () => read('surrogate-set.json'),
    };
  };

  const answer = async (project: RoundProject, ordinal: number, value?: unknown) =>
    submitAnnotations(harness.database, { projectId: project.projectId, userId: project.ownerId }, [
      {
        key: randomUUID(),
        itemId: ItemId.parse(project.itemIds[ordinal]),
        leaseId: null,
        kind: 'answer',
        answer: { answer: (value ?? project.truth(ordinal)) as string },
        durationMs: 900,
      },
    ]);

  it('draws items to test on, keeps them from training, and estimates from their answers', async () => {
    await harness.startWorker();
    const project = await seedRoundProject(harness, PROJECT);
    const { projectId } = project;
    const first = await runRound(projectId);
    expect(first.activeTest).toBeNull();
    expect(first.set.activeTest).toBeNull();

    // The queue: every third place is set apart, and which of them are tests goes by the seed.
    const places = await placesOf(projectId);
    const of = (origin: string) => places.filter((place) => place.origin === origin);
    expect([of('acquisition'), of('control'), of('active-test')].map((all) => all.length)).toEqual([
      70, 10, 20,
    ]);
    const open = 2 * 4096 - 900 - 50 - 10;
    of('active-test').forEach(({ chance, among }, m) => {
      expect(among).toBe(open - m);
      expect(chance).toBeGreaterThan(0.25 / among!);
      expect(chance).toBeLessThan(0.02);
    });
    expect(
      new Set(of('active-test').map(({ chance, among }) => (chance! * among!).toFixed(3))).size,
    ).toBe(20);
    // Rules that draw go on among those that are left.
    expect(of('acquisition')[0]!.among).toBe(open - 20);
    for (const { chance } of of('control')) expect(chance).toBeNull();
    for (let from = 0; from < 90; from += 10) {
      const stretch = places.slice(from, from + 10);
      expect(stretch.filter(({ origin }) => origin !== 'acquisition')).toHaveLength(3);
    }

    // Answers to most of it; the figures of the next round rest on the active-test items alone.
    const answered = places.slice(0, 80);
    const tests = answered.filter(({ origin }) => origin === 'active-test');
    for (const { ordinal } of answered.toReversed()) await answer(project, ordinal);
    const second = await runRound(projectId);
    const ordinals = (part: Parameters<typeof rowsOf>[1], { set } = second) =>
      [...rowsOf(set, part).ordinals].sort((a, b) => a - b);
    const sorted = tests.map(({ ordinal }) => ordinal).sort((a, b) => a - b);
    expect(ordinals('activeTest')).toEqual(sorted);
    for (const part of ['train', 'validation', 'heldOut', 'control'] as const)
      expect(ordinals(part).filter((ordinal) => sorted.includes(ordinal))).toEqual([]);
    expect(ordinals('train').length + ordinals('validation').length).toBe(
      50 + answered.filter(({ origin }) => origin === 'acquisition').length,
    );
    const M = tests.length;
    const weightOf = new Map(
      tests.map(({ ordinal, chance, among }, m) => [
        ordinal,
        1 + (1 - (M - m - 1) / (among! - 1)) * (1 / (among! * chance!) - 1),
      ]),
    );
    expect(second.set.activeTest!.poolRows).toBe(open);
    [...rowsOf(second.set, 'activeTest').ordinals].forEach((ordinal, i) => {
      expect(second.set.activeTest!.weights[i]).toBeCloseTo(weightOf.get(ordinal)!, 9);
    });
    expect(second.activeTest).toMatchObject({ rows: M, nll: { value: expect.any(Number) } });
    const { metric, effectiveRows } = second.activeTest!;
    expect(effectiveRows).toBeLessThan(M);
    expect(metric.low).toBeLessThan(metric.value);
    expect(metric.value).toBeLessThan(metric.high);
    const { rows: models } = await harness.database.pool.query<{
      metrics: { activeTest: ActiveTest };
    }>('SELECT metrics FROM model WHERE round_id = $1', [second.roundId]);
    expect(models[0]!.metrics.activeTest).toEqual(second.activeTest);

    // The surrogate learns from every label there is, also from those the model never sees.
    const surrogate = await second.surrogateSet();
    expect(surrogate.ordinals).toEqual(second.set.ordinals);
    expect(rowsOf(surrogate, 'train').ordinals).toHaveLength(50 + 80);

    // Tests of a later queue stand behind those of the one before; corrected answers stay tests,
    // undone ones are none.
    const later = (await placesOf(projectId))
      .filter(({ origin }) => origin === 'active-test')
      .slice(0, 3);
    for (const { ordinal } of later) await answer(project, ordinal);
    await undoAnnotation(harness.database, {
      projectId,
      userId: project.ownerId,
      key: randomUUID(),
    });
    const wrong = ['a', 'b', 'c', 'd'].find((value) => value !== project.truth(sorted[0]!))!;
    await answer(project, sorted[0]!, wrong);
    const third = await runRound(projectId);
    expect(third.activeTest!.rows).toBe(M + 2);
    const activeTest = [...rowsOf(third.set, 'activeTest').ordinals];
    expect(activeTest).not.toContain(later[2]!.ordinal);
    expect(activeTest).toContain(sorted[0]!);
    const lastDraw = third.set.activeTest!.weights[activeTest.indexOf(later[1]!.ordinal)]!;
    expect(lastDraw).toBeCloseTo(1 / (later[1]!.among! * later[1]!.chance!), 9);
    expect(ordinals('train', third)).not.toContain(sorted[0]!);
    const value = (set: typeof third.set) => set.targets[set.ordinals.indexOf(sorted[0]!)];
    expect(value(third.set)).not.toBe(value(second.set));
  });

  it('draws by the squared error that is expected where a number is asked for', async () => {
    await harness.startWorker();
    const project = await seedRoundProject(harness, {
      ...PROJECT,
      asNumber: true,
      acquisition: { rule: 'power-variance' },
    });
    await runRound(project.projectId);
    const places = await placesOf(project.projectId);
    const tests = places.filter(({ origin }) => origin === 'active-test');
    expect(tests).toHaveLength(20);
    for (const { ordinal } of tests.slice(0, 12)) await answer(project, ordinal, ordinal % 30);
    const { activeTest, metrics } = await runRound(project.projectId);
    expect(metrics.metricName).toBe('rmse');
    expect(activeTest!.rows).toBe(12);
    expect(activeTest!.metric.value).toBeGreaterThan(0);
    expect(activeTest!.metric.high).toBeGreaterThan(activeTest!.metric.value);
  });

  it('gives the same queue with one worker and with four, and after kill -9 while the surrogate trains', async () => {
    await harness.startWorker();
    const alone = await seedRoundProject(harness, SLOW);
    await runRound(alone.projectId);
    const expected = await queueOf(harness, alone.projectId);
    expect(expected.filter((entry) => entry.includes('"origin":"active-test"'))).toHaveLength(20);

    await Promise.all([harness.startWorker(), harness.startWorker(), harness.startWorker()]);
    const together = await seedRoundProject(harness, SLOW);
    await runRound(together.projectId);
    expect(await queueOf(harness, together.projectId)).toEqual(expected);
    await harness.killWorkers();

    const first = await harness.startWorker();
    const killed = await seedRoundProject(harness, SLOW);
    const roundId = await startRound(harness, killed.projectId);
    const folder = `projects/${killed.projectId}/rounds/${roundId}`;
    await until(() => harness.store.head(`${folder}/checkpoint-surrogate.safetensors`));
    await first.kill();
    expect(await harness.store.head(`${folder}/surrogate.safetensors`)).toBeNull();
    const second = await harness.startWorker();
    await roundReady(harness, roundId);
    expect(second.output()).toContain('the surrogate went on from a checkpoint');
    expect(await queueOf(harness, killed.projectId)).toEqual(expected);
  });

  it.each([{ kind: 'ensemble', members: 2 } as const, { kind: 'point' } as const])(
    'gives uncertainty to the surrogate of $kind',
    async (posterior) => {
      await harness.startWorker();
      const { projectId } = await seedRoundProject(harness, {
        ...PROJECT,
        modelSpec: { posterior, maxEpochs: 3 },
        acquisition: { rule: 'margin' },
      });
      const { roundId } = await runRound(projectId);
      const places = await placesOf(projectId);
      expect(places.filter(({ origin }) => origin === 'active-test')).toHaveLength(20);
      const bytes = await harness.store.get(
        `projects/${projectId}/rounds/${roundId}/surrogate.safetensors`,
      );
      expect(new TextDecoder().decode(bytes.subarray(0, 4000))).toContain('mc-dropout');
    },
  );

  it('begins no round from a model that has learned an item which is an active-test item now', async () => {
    await harness.startWorker();
    const project = await seedRoundProject(harness, {
      ...PROJECT,
      modelSpec: { posterior: { kind: 'mean-field' }, streaming: true, maxEpochs: 20 },
      policies: { ...PROJECT.policies, gate: false },
    });
    const { projectId, itemIds } = project;
    await runRound(projectId);
    const places = await placesOf(projectId);
    for (const { ordinal } of places.slice(0, 30)) await answer(project, ordinal);
    const second = await runRound(projectId);
    expect(second.set.prior?.counted).toHaveLength(50);
    const tests = places.slice(0, 30).filter(({ origin }) => origin === 'active-test');
    expect(second.activeTest!.rows).toBe(tests.length);
    const seen = new Set(rowsOf(second.set, 'train').ordinals);
    for (const { ordinal } of tests) expect(seen.has(ordinal)).toBe(false);

    // As if the label of a trained item had been taken back and the item been drawn anew.
    await harness.database.pool.query(
      `UPDATE label SET origin = 'active-test', draw_chance = 0.01, drawn_among = 900, draw_generation = 2
        WHERE item_id = $1`,
      [itemIds[0]],
    );
    for (const { ordinal } of places.slice(30, 50)) await answer(project, ordinal);
    const third = await runRound(projectId);
    expect(third.set.prior).toBeNull();
    expect([...rowsOf(third.set, 'train').ordinals]).not.toContain(0);
    expect([...rowsOf(third.set, 'activeTest').ordinals]).toContain(0);
  });

  it('trains no second network where no active-test items are wanted', async () => {
    await harness.startWorker();
    const { projectId } = await seedRoundProject(harness, {
      ...PROJECT,
      policies: { ...PROJECT.policies, activeTestShare: 0 },
    });
    const { roundId } = await runRound(projectId);
    const folder = `projects/${projectId}/rounds/${roundId}`;
    expect(await harness.store.head(`${folder}/surrogate.safetensors`)).toBeNull();
    const places = await placesOf(projectId);
    expect(places.filter(({ origin }) => origin === 'active-test')).toHaveLength(0);
  });
});
