import {
  type Engine,
  fillUniform,
  fitPosterior,
  type PartialModelSpec,
  stream,
} from '@dubio/bayes-core';

export type TrainingCase = {
  readonly name: string;
  readonly spec: PartialModelSpec;
  readonly batch: number;
  /** Steps that are timed. */
  readonly steps: number;
};

/**
 * Milliseconds per step, on the clock and of processor time (all threads, hardly changed by other
 * work).
 */
export type StepTime = { readonly msPerStep: number; readonly cpuMsPerStep: number };

const ROWS = 4096;

/**
 * Milliseconds an optimisation step takes once running: from the end of the first native call to
 * the end of the last, so that compiling is not counted and making noise and picking rows is.
 */
export async function timeTraining(
  { spec, batch, steps }: TrainingCase,
  engine: Engine,
): Promise<StepTime> {
  const size = spec.input.shape.reduce((product, n) => product * n, 1);
  const data = fillUniform(stream(0).split('features'), new Float32Array(ROWS * size));
  const marks: { step: number; at: number; cpu: number }[] = [];
  await fitPosterior({
    engine,
    // Two epochs at least: one to warm up, the rest to time.
    spec: { ...spec, batchSize: batch, drawsPerEpoch: Math.ceil(steps / 4) * batch, maxEpochs: 5 },
    train: {
      features: { data, rows: ROWS, shape: spec.input.shape },
      targets: { kind: 'class', values: Int32Array.from({ length: ROWS }, (_, i) => i % 10) },
    },
    seed: 0,
    onProgress: ({ step }) => {
      const { user, system } = process.cpuUsage();
      marks.push({ step, at: performance.now(), cpu: (user + system) / 1000 });
    },
  });
  const [first, last] = [marks[0], marks.at(-1)];
  if (!first || !last || last.step === first.step)
    throw new Error('Too few steps to time: ask for more.');
  const timed = last.step - first.step;
  return {
    msPerStep: (last.at - first.at) / timed,
    cpuMsPerStep: (last.cpu - first.cpu) / timed,
  };
}
