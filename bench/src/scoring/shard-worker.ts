import {
  createOnnxEngine,
  createPredictor,
  fillUniform,
  fitPosterior,
  type PredictMethod,
  type PresetName,
  stream,
} from '@dubio/bayes-core';

/** What one scoring process is asked to do. */
export type ShardOrder = {
  readonly net: PresetName;
  readonly items: number;
  readonly samples: number;
  readonly threads: number;
  readonly method?: PredictMethod;
  readonly shard: number;
};

/** Processor time of all threads is what other work on the machine hardly changes. */
export type ShardReport = { readonly cpuSeconds: number; readonly maxRssMb: number };

const SHAPE = [1, 28, 28];
const PIXELS = 784;

/** Speed does not depend on what the weights are, so they are those of one short epoch on noise. */
async function preparePredictor({ net, samples, threads, method }: ShardOrder) {
  const engine = createOnnxEngine({ threads });
  const rows = 64;
  const posterior = await fitPosterior({
    engine,
    spec: {
      network: { preset: net },
      input: { shape: SHAPE },
      output: { kind: 'class', classes: 10 },
      posterior: { kind: 'mc-dropout', rate: 0.5 },
      maxEpochs: 1,
    },
    train: {
      features: { data: noise(rows, 0), rows, shape: SHAPE, scale: 1 / 255 },
      targets: { kind: 'class', values: Int32Array.from({ length: rows }, (_, i) => i % 10) },
    },
    seed: 0,
  });
  return createPredictor({ engine, posterior, samples, ...(method ? { method } : {}) });
}

function noise(rows: number, part: number): Uint8Array {
  const values = fillUniform(stream(0).split('pixels').at(part), new Float32Array(rows * PIXELS));
  // Not `Uint8Array.from`: it builds a list of all values first, and the memory of this process is
  // measured.
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = values[i]! * 256;
  return bytes;
}

process.once('message', async (message) => {
  const order = message as ShardOrder;
  const predictor = await preparePredictor(order);
  const { items, shard } = order;
  const features = { data: noise(items, shard), rows: items, shape: SHAPE, scale: 1 / 255 };
  await predictor.moments({ ...features, data: features.data.subarray(0, 64 * PIXELS), rows: 64 });
  process.once('message', async () => {
    const before = process.cpuUsage();
    await predictor.moments(features);
    const { user, system } = process.cpuUsage(before);
    const report: ShardReport = {
      cpuSeconds: (user + system) / 1e6,
      maxRssMb: process.resourceUsage().maxRSS / 1024,
    };
    process.send?.(report);
    process.disconnect();
  });
  process.send?.('ready');
});
