import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../src/engine/onnx/engine.js';
import { resolveNetwork } from '../src/nn/network.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import { type LabelledRows, pooledScale } from '../src/nn/targets.js';
import { fitPartitioned } from '../src/partitioned/fit-partitioned.js';
import { fitIndex, type PartitionTask, partitionTask } from '../src/partitioned/partition-task.js';
import {
  beginPartitioned,
  type PartitionedState,
  partitionedPosterior,
} from '../src/partitioned/state.js';
import { updateSites } from '../src/partitioned/update-sites.js';
import { type FactorPart, factorName } from '../src/posterior/belief.js';
import { type FittedPosterior, fittedPosterior } from '../src/posterior/fitted.js';
import {
  inverseSoftplus,
  rhoName,
  softplus,
  uncertainSlots,
} from '../src/posterior/gaussian-weights.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf } from '../src/tensor.js';
import { fitPosterior } from '../src/train/fit.js';

const engine = createOnnxEngine();
const [NOISE, PRIOR] = [0.25, 1];

/**
 * y = 1.5 x0 - x1 + .5 + noise, in units that standardising leaves alone, with correlated inputs.
 */
function line(rows: number): LabelledRows {
  const z = normal(stream(71).split('x'), rows * 2);
  const noise = normal(stream(71).split('noise'), rows);
  const data = new Float32Array(rows * 2);
  const raw = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    data[2 * i] = z[2 * i]!;
    data[2 * i + 1] = 0.5 * z[2 * i]! + 0.9 * z[2 * i + 1]!;
    raw[i] = 1.5 * data[2 * i]! - data[2 * i + 1]! + 0.5 + Math.sqrt(NOISE) * noise[i]!;
  }
  const mean = raw.reduce((sum, y) => sum + y, 0) / rows;
  const deviation = Math.sqrt(raw.reduce((sum, y) => sum + (y - mean) ** 2, 0) / rows);
  return {
    features: { data, rows, shape: [2] },
    targets: { kind: 'number', values: raw.map((y) => (y - mean) / deviation) },
  };
}

const linear: PartialModelSpec = {
  network: { layers: [] },
  input: { shape: [2] },
  output: { kind: 'number', noiseVariance: NOISE },
  posterior: { kind: 'mean-field', prior: { kind: 'gaussian', deviation: PRIOR } },
  optimiser: { kind: 'adam', learningRate: 0.0015 },
  batchSize: 60,
  maxEpochs: 50,
};

/**
 * Every K-th row to each partition, or runs of rows ordered by their answer: partitions that hardly
 * overlap.
 */
function dealt(rows: LabelledRows, partitions: number, how: 'even' | 'ordered'): LabelledRows[] {
  const { values } = rows.targets as { values: Float64Array };
  const order = Array.from(values.keys());
  if (how === 'ordered') order.sort((a, b) => values[a]! - values[b]!);
  return Array.from({ length: partitions }, (_, k) =>
    taken(
      rows,
      order.filter((_, at) =>
        how === 'even' ? at % partitions === k : Math.floor((at * partitions) / order.length) === k,
      ),
    ),
  );
}

function taken({ features, targets }: LabelledRows, at: readonly number[]): LabelledRows {
  const { values } = targets as { values: Float64Array };
  return {
    features: {
      data: Float32Array.from(at.flatMap((i) => [...features.data.subarray(2 * i, 2 * i + 2)])),
      rows: at.length,
      shape: [2],
    },
    targets: { kind: 'number', values: Float64Array.from(at, (i) => values[i]!) },
  };
}

/**
 * Mean of the exact posterior, and the diagonal of its precision, which is that of the best
 * independent weights.
 */
function exact({ features, targets }: LabelledRows) {
  const { values } = targets as { values: Float64Array };
  const precision = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? PRIOR ** -2 : 0)));
  const shift = [0, 0, 0];
  values.forEach((y, row) => {
    const x = [features.data[2 * row]!, features.data[2 * row + 1]!, 1];
    x.forEach((a, i) => {
      shift[i]! += (a * y) / NOISE;
      x.forEach((b, j) => {
        precision[i]![j]! += (a * b) / NOISE;
      });
    });
  });
  return { mean: solved(precision, shift), precision: precision.map((own, i) => own[i]!) };
}

function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  rows.forEach((pivot, i) => {
    rows.forEach((row, j) => {
      if (i === j) return;
      const factor = row[i]! / pivot[i]!;
      pivot.forEach((value, c) => {
        row[c]! -= factor * value;
      });
    });
  });
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

function found({ members }: FittedPosterior) {
  const { parameters } = members[0]!;
  const [weight, bias] = Object.keys(parameters).filter((name) => !name.endsWith('.rho'));
  const all = (part: (name: string) => string) =>
    [weight!, bias!].flatMap((name) => [...parameters[part(name)]!.data]);
  return {
    mean: all((name) => name),
    precision: all(rhoName).map((rho) => softplus(rho) ** -2),
  };
}

/**
 * What a partition would answer if its fit ended exactly: the best independent Gaussian under its
 * cavity.
 */
function exactAnswer(task: PartitionTask, { features, targets }: LabelledRows): FittedPosterior {
  const { values } = targets as { values: Float64Array };
  const network = resolveNetwork(task.spec);
  const names = uncertainSlots(network).map(({ name, shape }) => ({ name, size: sizeOf(shape) }));
  const places = names.flatMap(({ name, size }) =>
    Array.from({ length: size }, (_, i) => [name, i] as const),
  );
  const part = (what: FactorPart, [name, i]: readonly [string, number]) =>
    task.belief?.factors[factorName(name, what)]?.data[i] ?? 0;
  const cavity = places.map((at) => PRIOR ** -2 + part('precision', at));
  const shift = places.map((at) => part('precision', at) * part('centre', at) - part('slope', at));
  const matrix = cavity.map((own, i) => cavity.map((_, j) => (i === j ? own : 0)));
  values.forEach((y, row) => {
    const x = [features.data[2 * row]!, features.data[2 * row + 1]!, 1];
    x.forEach((a, i) => {
      shift[i]! += (a * y) / NOISE;
      x.forEach((b, j) => {
        matrix[i]![j]! += (a * b) / NOISE;
      });
    });
  });
  const mean = solved(matrix, shift);
  const rho = matrix.map((own, i) => inverseSoftplus(own[i]! ** -0.5));
  let from = 0;
  const parameters = names.flatMap(({ name, size }) => {
    const [start, end] = [from, from + size];
    from = end;
    const { shape } = task.start[name]!;
    return [
      [name, float32(Float32Array.from(mean.slice(start, end)), shape)],
      [rhoName(name), float32(Float32Array.from(rho.slice(start, end)), shape)],
    ] as const;
  });
  const { spec, seed, targetScale } = task;
  const members = [{ index: fitIndex(task), parameters: Object.fromEntries(parameters) }];
  return fittedPosterior({ spec, seed, targetScale, history: [], members });
}

describe('a linear model with known noise, in partitions', () => {
  const rows = line(240);
  const truth = exact(rows);
  const begin = (partitions: readonly LabelledRows[]) =>
    beginPartitioned({
      spec: linear,
      seed: 3,
      partitionRows: partitions.map(({ features }) => features.rows),
      targetScale: pooledScale(partitions.map(({ targets }) => targets)),
    });
  const distance = (state: PartitionedState): number => {
    const { mean, precision } = found(partitionedPosterior(state));
    return Math.max(
      ...mean.map((value, i) => Math.abs(value - truth.mean[i]!) * Math.sqrt(truth.precision[i]!)),
      ...precision.map((value, i) => Math.abs(value / truth.precision[i]! - 1)),
    );
  };

  it.each([
    [2, 'even', 0.5, 40],
    [4, 'even', 0.25, 80],
    [4, 'ordered', 0.5, 60],
    [8, 'ordered', 0.5, 60],
    [8, 'ordered', 0.125, 160],
    [8, 'ordered', 'one by one', 20],
  ] as const)(
    'K = %i, %s, damping %s: exact answers converge to the posterior of all rows',
    (k, how, damping, rounds) => {
      const partitions = dealt(rows, k, how);
      let state = begin(partitions);
      const together = damping === 'one by one' ? 1 : k;
      const early: number[] = [];
      while (state.round < rounds) {
        const answers = Array.from({ length: together }, (_, j) =>
          exactAnswer(partitionTask(state, state.answered + j), partitions[state.answered + j]!),
        );
        state = updateSites(state, answers, damping === 'one by one' ? 1 : damping).state;
        early.push(distance(state));
      }
      expect(early[0]!).toBeGreaterThan(0.1);
      expect(distance(state)).toBeLessThan(2e-4);
    },
  );

  it('damping is the share of every change of a site that is taken', () => {
    const partitions = dealt(rows, 4, 'even');
    const step = (damping: number) => {
      let state = begin(partitions);
      const answers = partitions.map((own, k) => exactAnswer(partitionTask(state, k), own));
      state = updateSites(state, answers, damping).state;
      return found(partitionedPosterior(state)).precision;
    };
    // The first sites are the partitions' own precisions, which add up; damping takes that share of
    // them.
    step(1).forEach((value, i) => {
      expect(value / truth.precision[i]!).toBeCloseTo(1, 4);
    });
    step(0.25).forEach((value, i) => {
      expect(value).toBeCloseTo(1 + 0.25 * (truth.precision[i]! - 1), 2);
    });
  });

  it.each([
    ['ordered', 'synchronous', 0.5, 12],
    ['even', 'sequential', 1, 4],
  ] as const)(
    'trained partitions (%s, %s) come to it too',
    async (how, schedule, damping, rounds) => {
      const posterior = await fitPartitioned({
        engine,
        spec: linear,
        partitions: dealt(rows, 4, how),
        rounds,
        damping,
        schedule,
        seed: 3,
      });
      const { mean, precision } = found(posterior);
      mean.forEach((value, i) => {
        expect(Math.abs(value - truth.mean[i]!) * Math.sqrt(truth.precision[i]!)).toBeLessThan(
          0.35,
        );
        expect(Math.abs(Math.log(precision[i]! / truth.precision[i]!))).toBeLessThan(0.15);
      });
    },
  );

  it('K = 1 with one round is ordinary training, bit for bit', async () => {
    const ordinary = await fitPosterior({ engine, spec: linear, train: rows, seed: 3 });
    const partitions = await fitPartitioned({
      engine,
      spec: linear,
      partitions: [rows],
      rounds: 1,
      seed: 3,
    });
    expect(partitions.save()).toEqual(ordinary.save());
  });
});
