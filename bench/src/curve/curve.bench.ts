import { getRule } from '@dubio/active-learning';
import { createOnnxEngine } from '@dubio/bayes-core';
import { readTable } from '../data/csv.js';
import { type Dataset, readImages, splitTest, standardise } from '../data/dataset.js';
import { readTexts } from '../data/texts.js';
import {
  type Bench,
  countOption,
  numberOption,
  type Options,
  requireOption,
  UsageError,
} from '../framework/bench.js';
import { writeWhole } from '../framework/files.js';
import { againstRandom, againstRandomTable } from './against-random.js';
import { curvePicture } from './curve-picture.js';
import { CurveState } from './curve-state.js';
import { labelsNeeded, labelsTable, medianCurves } from './labels-needed.js';
import { NET_NAMES, protocolOf } from './protocol.js';
import { runCurves } from './run-curve.js';

/** The active-learning curve: accuracy on a test set against labels, by rule and seed. */
export const curveBench: Bench = {
  name: 'curve',
  summary: 'labels needed for 80, 90 and 95 % by acquisition rule, with curves',
  options: {
    'pool-images': { hint: 'IDX images of the pool, gzip-compressed or not' },
    'pool-labels': { hint: 'IDX labels of the pool' },
    'test-images': { hint: 'IDX images to test on' },
    'test-labels': { hint: 'IDX labels to test on' },
    csv: { hint: 'a table, in place of images' },
    'label-column': { hint: 'its label column, by name or number' },
    'no-header': { hint: 'the table begins with its first row', flag: true },
    texts: { hint: 'lines of a label and a text, in place of images' },
    'test-texts': { hint: 'such lines to test on' },
    buckets: { hint: 'that words of texts are hashed into', default: '2048' },
    'test-fraction': {
      hint: 'share split off as test where there is no test file',
      default: '0.2',
    },
    net: { hint: NET_NAMES.join(', '), default: 'batchbald-conv' },
    acquisition: { hint: 'rules, by comma', default: 'random,power-bald,batch-bald' },
    batch: { hint: 'labels per round', default: '10' },
    samples: { hint: 'posterior samples k', default: '50' },
    seeds: { hint: 'how many, or a list by comma', default: '3' },
    labels: { hint: 'stop at this many', default: '300' },
    'stop-at': { hint: 'end a run at this test accuracy', default: '1' },
    'pool-size': { hint: 'items of the pool', default: '10000' },
    copies: { hint: 'of every item of the pool', default: '1' },
    'copy-noise': {
      hint: 'deviation of the noise on every standardised value of a copy',
      default: '0.1',
    },
    'test-size': { hint: 'test items, chosen by chance, the same for all', default: '10000' },
    initial: { hint: 'labels per class to begin with', default: '2' },
    'initial-items': {
      hint: 'positions in the pool file, by comma, that every seed begins with instead',
    },
    validation: { hint: 'items that decide when to stop training', default: '1024' },
    draws: { hint: 'rows drawn an epoch, each equally often', default: '5056' },
    epochs: { hint: 'at most', default: '30' },
    patience: { hint: 'epochs without gain', default: '3' },
    'weight-decay': { hint: 'L2 coefficient', default: '0' },
    'queue-size': { hint: 'of the queue that a round would publish', default: '500' },
    beta: { hint: 'of the power and softmax rules', default: '8' },
    threads: { hint: 'native threads', default: '2' },
  },
  async run({ options, out, log }) {
    const { pool, test } = readData(options);
    const protocol = protocolOf(options, pool, test);
    for (const rule of protocol.rules) getRule(rule);
    const state = new CurveState(out, protocol);
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    await runCurves({ engine, protocol, pool, test, state, log });
    const runs = [...state.runs.values()].filter(({ rule }) => protocol.rules.includes(rule));
    const needed = labelsNeeded(runs);
    const curves = medianCurves(runs);
    const title = `${requireOption(options, 'net')}, ${protocol.batch} labels per round, k = ${protocol.samples}, pool of ${protocol.poolSize}, ${protocol.seeds.length} seeds`;
    writeWhole(`${out.replace(/\.json$/, '')}.svg`, curvePicture(curves, title));
    const compared = againstRandom(runs);
    const table = [
      labelsTable(needed),
      againstRandomTable(compared),
      `Chosen as rounds choose, from a queue of ${protocol.queueSize}: ${protocol.limits}.`,
    ].join('\n\n');
    log(table);
    return {
      protocol,
      labelsNeeded: needed,
      medianCurves: curves,
      againstRandom: compared,
      table,
      runs,
    };
  },
};

function readData(options: Options): { pool: Dataset; test: Dataset } {
  const fraction = numberOption(options, 'test-fraction');
  if (options.csv)
    return splitTest(
      readTable(options.csv, requireOption(options, 'label-column'), {
        hasHeader: options['no-header'] === undefined,
      }),
      fraction,
    );
  if (options.texts) {
    const files = [options.texts, ...(options['test-texts'] ? [options['test-texts']] : [])];
    const [texts, test] = readTexts(files, countOption(options, 'buckets'));
    return test ? { pool: texts!, test } : splitTest(texts!, fraction);
  }
  const pool = readImages(
    requireOption(options, 'pool-images'),
    requireOption(options, 'pool-labels'),
  );
  const given = options['test-images'];
  const parts = given
    ? { pool, test: readImages(given, requireOption(options, 'test-labels')) }
    : splitTest(pool, fraction);
  if (parts.test.features.shape.join() !== parts.pool.features.shape.join())
    throw new UsageError('Test and pool images differ in size.');
  return { pool: standardise(parts.pool), test: standardise(parts.test, parts.pool) };
}
