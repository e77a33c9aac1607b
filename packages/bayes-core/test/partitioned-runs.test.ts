import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import type { LabelledRows } from '../src/nn/targets.js';
import { fitPartition } from '../src/partitioned/fit-partition.js';
import { fitPartitioned } from '../src/partitioned/fit-partitioned.js';
import { judgeRound } from '../src/partitioned/judge-round.js';
import { partitionTask } from '../src/partitioned/partition-task.js';
import { beginPartitioned, type PartitionedState } from '../src/partitioned/state.js';
import {
  loadPartitioned,
  loadPartitionTask,
  savePartitioned,
  savePartitionTask,
} from '../src/partitioned/stored.js';
import { updateSites } from '../src/partitioned/update-sites.js';
import type { FittedPosterior } from '../src/posterior/fitted.js';
import { rhoName, softplus } from '../src/posterior/gaussian-weights.js';
import { loadPosterior } from '../src/posterior/load.js';
import type { ClassMoments } from '../src/predict/moments.js';
import { createPredictor } from '../src/predict/predictor.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { fitPosterior } from '../src/train/fit.js';

const engine = createOnnxEngine();

/** Three clouds in eight dimensions, of the classes asked for. */
function clouds(name: string, rows: number, classes: readonly number[] = [0, 1, 2]): LabelledRows {
  const data = normal(stream(81).split(name), rows * 8);
  const values = Int32Array.from({ length: rows }, (_, i) => classes[i % classes.length]!);
  values.forEach((label, row) => {
    data[row * 8 + label]! += 3;
  });
  return { features: { data, rows, shape: [8] }, targets: { kind: 'class', values } };
}

const spec: PartialModelSpec = {
  network: { layers: [{ kind: 'dense', units: 16 }, { kind: 'relu' }] },
  input: { shape: [8] },
  output: { kind: 'class', classes: 3 },
  posterior: { kind: 'mean-field' },
  optimiser: { kind: 'adam', learningRate: 0.01 },
  batchSize: 16,
  maxEpochs: 4,
};
const partitions = [clouds('a', 60, [0, 1]), clouds('b', 40, [1, 2]), clouds('c', 50, [2, 0])];
const run = { engine, spec, partitions, rounds: 4, seed: 7 };

async function accuracy(posterior: FittedPosterior): Promise<number> {
  const test = clouds('test', 150);
  const predictor = await createPredictor({ engine, posterior, samples: 20 });
  const { meanProbs_N_C, classes } = (await predictor.moments(test.features)) as ClassMoments;
  await predictor.dispose();
  const hits =
    test.targets.kind === 'class' &&
    test.targets.values.filter((label, row) => {
      const own = [...meanProbs_N_C.subarray(row * classes, (row + 1) * classes)];
      return own.indexOf(Math.max(...own)) === label;
    });
  return hits ? hits.length / 150 : 0;
}

describe('training in partitions', () => {
  it('learns three classes from partitions that know two each', async () => {
    expect(await accuracy(await fitPartitioned(run))).toBeGreaterThan(0.9);
  });

  it('goes on from any saved state to the same bytes', async () => {
    const states: Uint8Array[] = [];
    const undisturbed = await fitPartitioned({
      ...run,
      onUpdate: (state) => states.push(savePartitioned(state)),
    });
    expect(states).toHaveLength(4);
    for (const bytes of [states[0]!, states[2]!]) {
      const state = loadPartitioned(bytes);
      expect(savePartitioned(state)).toEqual(bytes);
      const resumed = await fitPartitioned({ ...run, resumeFrom: state });
      expect(resumed.save()).toEqual(undisturbed.save());
    }
    await expect(
      fitPartitioned({ ...run, seed: 8, resumeFrom: loadPartitioned(states[0]!) }),
    ).rejects.toMatchObject({ code: 'weights_mismatch' });
  });

  it('keeps the round that rows beside the partitions like best, also after a stop', async () => {
    const validation = clouds('validation', 90);
    // A step size that overshoots, so that the last round need not be the best.
    const judged = { ...run, rounds: 8, damping: 1, validation } as const;
    const states: PartitionedState[] = [];
    const kept = await fitPartitioned({ ...judged, onUpdate: (state) => states.push(state) });
    const losses = states.map(({ history }) => history.at(-1)!.validationLoss!);
    for (const { history, round } of states)
      expect(history.filter(({ validationLoss }) => validationLoss !== undefined)).toHaveLength(
        round * partitions.length,
      );
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeLessThan(losses.length - 1);
    expect(kept.members[0]!.parameters).toEqual(states[best]!.parameters);
    const resumed = await fitPartitioned({
      ...judged,
      resumeFrom: loadPartitioned(savePartitioned(states[best + 1]!)),
    });
    expect(resumed.save()).toEqual(kept.save());
    const again = await judgeRound({ engine, state: states[best]!, validation });
    expect(savePartitioned(again)).toEqual(savePartitioned(states[best]!));
  });

  it('goes on sequentially from the middle of a round', async () => {
    const sequential = { ...run, rounds: 2, schedule: 'sequential' } as const;
    const states: PartitionedState[] = [];
    const undisturbed = await fitPartitioned({
      ...sequential,
      onUpdate: (state) => states.push(state),
    });
    expect(states.map(({ round, answered }) => [round, answered])).toEqual([
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ]);
    const resumed = await fitPartitioned({ ...sequential, resumeFrom: states[3]! });
    expect(resumed.save()).toEqual(undisturbed.save());
  });

  it('sends tasks whose fit is the same anywhere, checkpoints included', async () => {
    let state = begin();
    state = updateSites(state, await answersTo(state)).state;
    const task = partitionTask(state, 1);
    const bytes = savePartitionTask(task);
    const sent = loadPartitionTask(bytes);
    expect(savePartitionTask(sent)).toEqual(bytes);
    const checkpoints: Uint8Array[] = [];
    const here = await fitPartition({
      engine,
      task,
      train: partitions[1]!,
      onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
    });
    const there = await fitPartition({
      engine,
      task: sent,
      train: partitions[1]!,
      resumeFrom: checkpoints[0]!,
    });
    expect(there.save()).toEqual(here.save());
    expect(loadPosterior(here.save()).save()).toEqual(here.save());
    await expect(
      fitPartition({
        engine,
        task: partitionTask(updateSites(state, await answersTo(state)).state, 1),
        train: partitions[1]!,
        resumeFrom: checkpoints[0]!,
      }),
    ).rejects.toMatchObject({ code: 'weights_mismatch' });
  });

  it('draws noise of its own for every round and partition', async () => {
    const state = begin();
    const same = { ...state, partitionRows: [40, 40, 40] };
    const [a, b] = await Promise.all(
      [0, 1].map((k) =>
        fitPartition({ engine, task: partitionTask(same, k), train: partitions[1]! }),
      ),
    );
    expect(a!.members[0]!.parameters).not.toEqual(b!.members[0]!.parameters);
  });

  it('keeps q and every cavity proper whatever a partition answers', async () => {
    let state = begin();
    for (let round = 0; round < 3; round++) {
      const answers = (await answersTo(state)).map((answer) => wider(answer, round === 0 ? 1 : 30));
      const update = updateSites(state, answers, 1);
      if (round > 0) expect(update.shortened).toBeGreaterThan(0);
      state = update.state;
      for (let k = 0; k < 3; k++) {
        for (const [name, { precision }] of Object.entries(state.sites[k]!)) {
          precision.forEach((_, i) => {
            const cavity = state.sites.reduce(
              (sum, site, j) => (j === k ? sum : sum + site[name]!.precision[i]!),
              1,
            );
            expect(cavity).toBeGreaterThan(0);
          });
        }
      }
    }
    for (const { data } of Object.values(state.parameters))
      expect(data.every(Number.isFinite)).toBe(true);
  });

  it('refuses what cannot be', async () => {
    await expect(
      fitPartitioned({ ...run, spec: { ...spec, posterior: { kind: 'swag' } } }),
    ).rejects.toThrow(
      /'posterior.kind': expected 'mean-field' for training in partitions, got 'swag'/,
    );
    expect(() => begin([60, 0, 50])).toThrow(/Partition 1 has 0 rows/);
    const state = begin();
    const answers = await answersTo(state);
    expect(() => updateSites(state, [answers[1]!])).toThrow(/in order/);
    expect(() => updateSites(state, answers, 1.5)).toThrow(/damping/);
    expect(() => updateSites({ ...state, seed: 8 }, answers)).toThrow(/another run/);
    expect(() => loadPartitioned(savePartitionTask(partitionTask(state, 0)))).toThrow(
      /a state of training/,
    );
  });

  function begin(partitionRows: readonly number[] = [60, 40, 50]): PartitionedState {
    return beginPartitioned({
      spec,
      seed: 7,
      partitionRows,
      targetScale: { mean: 0, deviation: 1 },
    });
  }

  function answersTo(state: PartitionedState): Promise<FittedPosterior[]> {
    return Promise.all(
      partitions.map((train, k) => fitPartition({ engine, task: partitionTask(state, k), train })),
    );
  }

  /**
   * The same answer with deviations that many times as wide: sites that take away what the others
   * know.
   */
  function wider(answer: FittedPosterior, times: number): FittedPosterior {
    const [member] = answer.members;
    const parameters = Object.fromEntries(
      Object.entries(member!.parameters).map(([name, tensor]) => [
        name,
        name.endsWith('.rho')
          ? { ...tensor, data: Float32Array.from(tensor.data, (rho) => rho + Math.log(times)) }
          : tensor,
      ]),
    );
    return { ...answer, members: [{ index: member!.index, parameters }] };
  }
});

describe('a sparse prior', () => {
  it.each([
    ['spike and slab', { kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.02 }],
    ['Laplace', { kind: 'laplace', scale: 0.2 }],
  ] as const)('%s counts once, however many partitions there are', async (_, prior) => {
    const rows = (name: string, count: number): LabelledRows => {
      const data = normal(stream(82).split(name), count * 3);
      const noise = normal(stream(83).split(name), count);
      const values = Float64Array.from(
        { length: count },
        (_each, i) => 0.9 * data[3 * i]! + 0.5 * noise[i]!,
      );
      return { features: { data, rows: count, shape: [3] }, targets: { kind: 'number', values } };
    };
    const parts = [rows('a', 30), rows('b', 30), rows('c', 30)];
    const all: LabelledRows = {
      features: {
        data: Float32Array.from(parts.flatMap(({ features }) => [...features.data])),
        rows: 90,
        shape: [3],
      },
      targets: {
        kind: 'number',
        values: Float64Array.from(
          parts.flatMap(({ targets }) => (targets.kind === 'number' ? [...targets.values] : [])),
        ),
      },
    };
    const sparse: PartialModelSpec = {
      network: { layers: [] },
      input: { shape: [3] },
      output: { kind: 'number', noiseVariance: 0.25 },
      posterior: { kind: 'mean-field', prior, estimator: 'weight-sampling' },
      optimiser: { learningRate: 0.002 },
      batchSize: 30,
      maxEpochs: 40,
    };
    const [together, alone] = [
      await fitPosterior({ engine, spec: { ...sparse, maxEpochs: 120 }, train: all, seed: 1 }),
      await fitPartitioned({
        engine,
        spec: sparse,
        partitions: parts,
        rounds: 8,
        damping: 0.5,
        seed: 1,
      }),
    ];
    const [a, b] = [together, alone].map(({ members }) => members[0]!.parameters);
    const weight = Object.keys(a!).find((name) => name.endsWith('.weight'))!;
    for (let i = 0; i < 3; i++) {
      const deviation = softplus(a![rhoName(weight)]!.data[i]!);
      expect(Math.abs(a![weight]!.data[i]! - b![weight]!.data[i]!) / deviation).toBeLessThan(0.5);
      expect(softplus(b![rhoName(weight)]!.data[i]!) / deviation).toBeGreaterThan(0.75);
      expect(softplus(b![rhoName(weight)]!.data[i]!) / deviation).toBeLessThan(1.33);
    }
  });
});

describe('a streaming prior', () => {
  it('comes to what all rows at once come to, and remembers classes that today has not', async () => {
    const longer = { ...spec, maxEpochs: 12 };
    const streamingPrior = await fitPosterior({
      engine,
      spec: longer,
      train: clouds('a', 90),
      seed: 7,
    });
    const today = clouds('b', 60, [2]);
    const [streamed, forgetful] = [
      await fitPosterior({ engine, spec: longer, train: today, seed: 8, prior: streamingPrior }),
      await fitPosterior({ engine, spec: longer, train: today, seed: 8 }),
    ];
    expect(await accuracy(streamed)).toBeGreaterThan(0.85);
    expect(await accuracy(forgetful)).toBeLessThan(0.5);
    const again = await fitPosterior({
      engine,
      spec: longer,
      train: today,
      seed: 8,
      prior: loadPosterior(streamingPrior.save()),
    });
    expect(again.save()).toEqual(streamed.save());
  });

  it('can be the prior of partitions, too', async () => {
    const streamingPrior = await fitPosterior({ engine, spec, train: clouds('a', 90), seed: 7 });
    const options = { ...run, rounds: 2, prior: streamingPrior };
    const states: PartitionedState[] = [];
    const posterior = await fitPartitioned({ ...options, onUpdate: (state) => states.push(state) });
    expect(await accuracy(posterior)).toBeGreaterThan(0.9);
    const resumeFrom = loadPartitioned(savePartitioned(states[0]!));
    expect((await fitPartitioned({ ...options, resumeFrom })).save()).toEqual(posterior.save());
  });

  it('of another spec, or for another posterior, is refused by name', async () => {
    const streamingPrior = await fitPosterior({
      engine,
      spec: { ...spec, maxEpochs: 1 },
      train: partitions[0]!,
      seed: 7,
    });
    const other: PartialModelSpec = {
      ...spec,
      network: { layers: [{ kind: 'dense', units: 17 }, { kind: 'relu' }] },
    };
    const train = partitions[1]!;
    await expect(
      fitPosterior({ engine, spec: other, train, seed: 1, prior: streamingPrior }),
    ).rejects.toMatchObject({ code: 'weights_mismatch', details: { field: 'network' } });
    await expect(
      fitPosterior({
        engine,
        spec: { ...spec, posterior: { kind: 'point' } },
        train,
        seed: 1,
        prior: streamingPrior,
      }),
    ).rejects.toThrow(/'posterior.kind': expected 'mean-field'/);
  });
});
