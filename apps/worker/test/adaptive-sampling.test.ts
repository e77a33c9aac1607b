import { readPoolScores } from '@dubio/active-learning';
import type { RoundMetrics } from '@dubio/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.js';
import {
  queueOf,
  type RoundProjectOptions,
  roundReady,
  roundState,
  seedRoundProject,
  startRound,
} from './round-project.js';

const [SAMPLES, FIRST] = [100, 20];

const optionsOf = (rule: 'power-bald' | 'power-margin', firstSamples: number | null) =>
  ({
    shards: 3,
    modelSpec: {
      network: { preset: 'mlp', hidden: [32], activation: 'relu' },
      maxEpochs: 12,
      drawsPerEpoch: 512,
      samples: SAMPLES,
    },
    acquisition: { rule },
    policies: { firstSamples, queueSize: 60 },
  }) satisfies RoundProjectOptions;

type Entry = { origin: string; ordinal: number; score: number; votes: number[] };

describe('adaptive sampling', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.killWorkers());
  afterAll(() => harness.close());

  const begin = async (options: RoundProjectOptions) => {
    const { projectId } = await seedRoundProject(harness, options);
    return { projectId, roundId: await startRound(harness, projectId) };
  };
  const end = async ({ projectId, roundId }: { projectId: string; roundId: string }) => {
    const { metrics } = await roundReady(harness, roundId);
    const queue = await queueOf(harness, projectId);
    return {
      adaptiveSampling: (metrics as RoundMetrics).adaptiveSampling,
      queue,
      entries: queue.map((entry) => JSON.parse(entry) as Entry),
      pool: readPoolScores(
        await harness.store.get(`projects/${projectId}/rounds/${roundId}/pool.bin`),
      ),
    };
  };

  it.each(['power-bald', 'power-margin'] as const)(
    'ends with the queue by %s that all samples of all items give, for less work',
    async (rule) => {
      await harness.startWorker();
      const all = await end(await begin(optionsOf(rule, null)));
      const adaptive = await end(await begin(optionsOf(rule, FIRST)));
      const places = ({ entries }: { entries: Entry[] }) =>
        entries.map(({ origin, ordinal }) => `${origin} ${ordinal}`);
      expect(places(adaptive)).toEqual(places(all));
      adaptive.entries.forEach(({ score, votes }, i) => {
        expect(score).toBeCloseTo(all.entries[i]!.score, 4);
        // Whatever an annotator may see of the queue rests on all samples, random items included.
        expect(votes.reduce((a, b) => a + b, 0)).toBe(SAMPLES);
      });
      expect(all.adaptiveSampling).toBeNull();
      const { finalists, items, shareOfWork } = adaptive.adaptiveSampling!;
      expect(adaptive.adaptiveSampling).toMatchObject({
        firstSamples: FIRST,
        samples: SAMPLES,
        items: 11348,
      });
      expect(finalists).toBeGreaterThanOrEqual(60);
      const rest = ((SAMPLES - FIRST) * finalists) / items;
      expect(shareOfWork).toBeCloseTo((FIRST + rest) / SAMPLES, 9);
      expect(shareOfWork).toBeLessThan(0.9);

      // The others keep what the first samples say, without their bias.
      const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
      const ratio = mean(adaptive.pool.epistemic) / mean(all.pool.epistemic);
      // All items share the first networks, so what these have by chance does not average out.
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
      for (const [n, total] of adaptive.pool.total.entries())
        expect(total).toBeCloseTo(adaptive.pool.aleatoric[n]! + adaptive.pool.epistemic[n]!, 5);
      expect(adaptive.pool.firstLook).toBeNull();
    },
  );

  it('gives the same queue with two workers, and after kill -9 in the middle of it', async () => {
    const adaptive = optionsOf('power-margin', FIRST);
    const options = { ...adaptive, policies: { ...adaptive.policies, activeTestShare: 0.1 } };
    const first = await harness.startWorker();
    const undisturbed = await end(await begin(options));
    // Items to test on are drawn from the first look, and are shown with all samples as well.
    const tests = undisturbed.entries.filter(({ origin }) => origin === 'active-test');
    expect(tests).toHaveLength(6);
    for (const { votes } of tests) expect(votes.reduce((a, b) => a + b, 0)).toBe(SAMPLES);
    const round = await begin(options);
    const publishing = await harness.hold('round', `NEW.state = 'ready'`);
    await roundState(harness, round.roundId, 'selecting');
    await first.kill();
    await publishing.end();
    await harness.startWorker();
    await harness.startWorker();
    const killed = await end(round);
    expect(killed.queue).toEqual(undisturbed.queue);
    expect(killed.adaptiveSampling).toEqual(undisturbed.adaptiveSampling);
    expect((await end(await begin(options))).queue).toEqual(undisturbed.queue);
  });
});
