import {
  createOnnxEngine,
  createTensorflowEngine,
  type LayerSpec,
  type PartialModelSpec,
} from '@dubio/bayes-core';
import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  UsageError,
} from '../framework/bench.js';
import { peerNumber, runPeer } from '../framework/peer.js';
import { type Spread, spread } from '../framework/statistics.js';
import { type StepTime, type TrainingCase, timeTraining } from './time-training.js';

const block: readonly LayerSpec[] = [
  { kind: 'dense', units: 50 },
  { kind: 'relu' },
  { kind: 'dropout', rate: 0.25 },
];
const image = { input: { shape: [1, 28, 28] } };
const common = {
  output: { kind: 'class', classes: 10 },
  posterior: { kind: 'mc-dropout', rate: 0.5 },
} as const satisfies Partial<PartialModelSpec>;

const CASES: readonly TrainingCase[] = [
  {
    name: 'small',
    spec: { ...common, network: { layers: [...block, ...block] }, input: { shape: [13] } },
    batch: 32,
    steps: 4_000,
  },
  {
    name: 'mlp-512',
    spec: { ...common, ...image, network: { preset: 'mlp-512' } },
    batch: 128,
    steps: 200,
  },
  {
    name: 'batchbald-conv',
    spec: { ...common, ...image, network: { preset: 'batchbald-conv' } },
    batch: 64,
    steps: 60,
  },
  {
    name: 'gal-conv',
    spec: { ...common, ...image, network: { preset: 'gal-conv' } },
    batch: 128,
    steps: 40,
  },
];

type CaseResult = {
  readonly name: string;
  readonly batch: number;
  readonly ours: readonly StepTime[];
  readonly peer: readonly StepTime[];
  readonly tensorflow: readonly StepTime[];
  readonly msPerStep: Spread;
  readonly cpuMsPerStep: Spread;
  /**
   * The peer's time over ours, pair by pair: above 1 we are faster. On the clock, and of processor
   * time.
   */
  readonly ratio?: Spread;
  readonly cpuRatio?: Spread;
  /** The TensorFlow engine's time over the ONNX engine's. */
  readonly tensorflowRatio?: Spread;
  readonly tensorflowCpuRatio?: Spread;
};

/** Milliseconds an optimisation step, beside PyTorch on the same cores in the same run. */
export const trainingBench: Bench = {
  name: 'training',
  summary: 'milliseconds an optimisation step, beside PyTorch',
  options: {
    net: { hint: 'by comma', default: CASES.map(({ name }) => name).join(',') },
    threads: { hint: 'native threads', default: '1' },
    repeats: { hint: 'turns, ours and the peer in alternation', default: '3' },
    steps: { hint: 'share of the steps of each net to time', default: '1' },
    tensorflow: { hint: 'also times the TensorFlow engine, in the same turns', flag: true },
    python: { hint: 'an interpreter that has torch: also runs the peer' },
  },
  async run({ options, log }) {
    const threads = countOption(options, 'threads');
    const share = numberOption(options, 'steps');
    const onnx = createOnnxEngine({ threads });
    const second = options.tensorflow === 'true' ? await createTensorflowEngine() : null;
    const results: CaseResult[] = [];
    for (const name of listOption(options, 'net')) {
      const standard = CASES.find((candidate) => candidate.name === name);
      if (!standard)
        throw new UsageError(`--net knows ${CASES.map((c) => c.name).join(', ')}, got "${name}".`);
      const current = { ...standard, steps: Math.max(10, Math.round(standard.steps * share)) };
      const ours: StepTime[] = [];
      const peer: StepTime[] = [];
      const tensorflow: StepTime[] = [];
      for (let turn = 0; turn < countOption(options, 'repeats'); turn++) {
        ours.push(await timeTraining(current, onnx));
        if (second) tensorflow.push(await timeTraining(current, second));
        if (!options.python) continue;
        const { batch, steps } = current;
        const args = { net: name, batch, steps, threads };
        const answer = await runPeer(options.python, 'training.py', args);
        peer.push({
          msPerStep: peerNumber(answer, 'msPerStep'),
          cpuMsPerStep: peerNumber(answer, 'cpuMsPerStep'),
        });
      }
      results.push(summarise(current, { ours, peer, tensorflow }));
      log(sentence(results.at(-1)!));
    }
    const backend = second ? { tensorflowBackend: second.backend } : {};
    return { threads, ...backend, cases: results };
  },
};

type Times = {
  readonly ours: readonly StepTime[];
  readonly peer: readonly StepTime[];
  readonly tensorflow: readonly StepTime[];
};

function summarise({ name, batch }: TrainingCase, times: Times): CaseResult {
  const { ours, peer, tensorflow } = times;
  const ratio = (other: readonly StepTime[], key: keyof StepTime): Spread =>
    spread(other.map((time, i) => time[key] / ours[i]![key]));
  return {
    name,
    batch,
    ...times,
    msPerStep: spread(ours.map(({ msPerStep }) => msPerStep)),
    cpuMsPerStep: spread(ours.map(({ cpuMsPerStep }) => cpuMsPerStep)),
    ...(peer.length === 0
      ? {}
      : { ratio: ratio(peer, 'msPerStep'), cpuRatio: ratio(peer, 'cpuMsPerStep') }),
    ...(tensorflow.length === 0
      ? {}
      : {
          tensorflowRatio: ratio(tensorflow, 'msPerStep'),
          tensorflowCpuRatio: ratio(tensorflow, 'cpuMsPerStep'),
        }),
  };
}

function sentence(result: CaseResult): string {
  const { name, batch, msPerStep, cpuMsPerStep, ratio, cpuRatio, tensorflow } = result;
  const parts = [
    `${name}, batch ${batch}: ${msPerStep.median.toFixed(3)} ms per step (${cpuMsPerStep.median.toFixed(3)} ms of processor time)`,
  ];
  if (result.tensorflowRatio) {
    const { median } = spread(tensorflow.map((time) => time.msPerStep));
    parts.push(
      `TensorFlow ${median.toFixed(3)} ms, ${result.tensorflowRatio.median.toFixed(2)} times as long`,
    );
  }
  if (ratio && cpuRatio)
    parts.push(
      `${ratio.median.toFixed(2)} times as fast as the peer, by processor time ${cpuRatio.median.toFixed(2)} times (middle half ${cpuRatio.q25.toFixed(2)} to ${cpuRatio.q75.toFixed(2)})`,
    );
  return parts.join('; ');
}
