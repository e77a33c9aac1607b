import {
  beginPartitioned,
  createPredictor,
  type Engine,
  type FittedPosterior,
  fitPartition,
  fitPosterior,
  loadPartitioned,
  type PartialModelSpec,
  partitionedPosterior,
  partitionTask,
  savePartitioned,
  savePartitionTask,
  updateSites,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

/** How good a posterior is on the test rows. */
export type Quality = { readonly error: number; readonly nllNats: number };

/** One round of one run. */
export type RoundPoint = Quality & {
  readonly round: number;
  /**
   * Of all partitions, one after another on this machine, and of the slowest with the server's
   * step: what K workers would wait.
   */
  readonly secondsAll: number;
  readonly secondsSlowest: number;
  readonly secondsServer: number;
  /** To all workers, and from them. */
  readonly bytesDown: number;
  readonly bytesUp: number;
  /** Weights whose step was shortened. */
  readonly shortened: number;
};

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});

export async function fitPooled(
  engine: Engine,
  spec: PartialModelSpec,
  data: { readonly train: Dataset; readonly test: Dataset },
  run: { readonly seed: number; readonly samples: number },
): Promise<Quality & { readonly seconds: number }> {
  const begun = performance.now();
  const posterior = await fitPosterior({
    engine,
    spec,
    train: labelled(data.train),
    seed: run.seed,
  });
  const seconds = (performance.now() - begun) / 1000;
  return { ...(await qualityOf(engine, posterior, data.test, run.samples)), seconds };
}

export type PartitionedRun = {
  readonly engine: Engine;
  readonly spec: PartialModelSpec;
  readonly partitions: readonly Dataset[];
  readonly test: Dataset;
  readonly seed: number;
  readonly samples: number;
  readonly damping: number;
};

/** One round, from the bytes of the state before it (null for the first) to those after it. */
export async function runRound(
  { engine, spec, partitions, test, seed, samples, damping }: PartitionedRun,
  before: Uint8Array | null,
): Promise<{ state: Uint8Array; point: RoundPoint }> {
  const state = before
    ? loadPartitioned(before)
    : beginPartitioned({
        spec,
        seed,
        partitionRows: partitions.map(({ features }) => features.rows),
        targetScale: { mean: 0, deviation: 1 },
      });
  const answers: FittedPosterior[] = [];
  const seconds: number[] = [];
  let [bytesDown, bytesUp] = [0, 0];
  for (let k = 0; k < partitions.length; k++) {
    const task = partitionTask(state, k);
    bytesDown += savePartitionTask(task).length;
    const begun = performance.now();
    const answer = await fitPartition({ engine, task, train: labelled(partitions[k]!) });
    seconds.push((performance.now() - begun) / 1000);
    bytesUp += answer.save().length;
    answers.push(answer);
  }
  const begun = performance.now();
  const update = updateSites(state, answers, damping);
  const secondsServer = (performance.now() - begun) / 1000;
  const quality = await qualityOf(engine, partitionedPosterior(update.state), test, samples);
  return {
    state: savePartitioned(update.state),
    point: {
      round: update.state.round,
      ...quality,
      secondsAll: seconds.reduce((sum, own) => sum + own, 0),
      secondsSlowest: Math.max(...seconds) + secondsServer,
      secondsServer,
      bytesDown,
      bytesUp,
      shortened: update.shortened,
    },
  };
}

async function qualityOf(
  engine: Engine,
  posterior: FittedPosterior,
  { features, labels }: Dataset,
  samples: number,
): Promise<Quality> {
  const predictor = await createPredictor({ engine, posterior, samples });
  const moments = await predictor.moments(features);
  await predictor.dispose();
  if (moments.kind !== 'class') throw new Error('expected classes');
  const { rows, classes, meanProbs_N_C } = moments;
  let [wrong, nll] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const probs = meanProbs_N_C.subarray(row * classes, (row + 1) * classes);
    if (probs.indexOf(Math.max(...probs)) !== labels[row]) wrong++;
    nll -= Math.log(Math.max(probs[labels[row]!]!, Number.MIN_VALUE));
  }
  return { error: wrong / rows, nllNats: nll / rows };
}
