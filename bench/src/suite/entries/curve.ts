import type { AgainstRandom } from '../../curve/against-random.js';
import { curveBench } from '../../curve/curve.bench.js';
import type { CurveRun } from '../../curve/curve-state.js';
import type { LabelsNeeded } from '../../curve/labels-needed.js';
import type { Options } from '../../framework/bench.js';
import { type Figure, type SuiteEntry, sumOf } from '../entry.js';

const RULES =
  'random,entropy,least-confidence,margin,power-margin,variation-ratios,mean-std,bald,power-bald,softmax-bald,softrank-bald,batch-bald,epig,badge,bait,core-set,lcmd,typical-clustering';
const FEW_RULES = 'random,margin,power-margin,bald,power-bald,batch-bald,badge';

const REPEATED = 'stochastic acquisition logs, conv net, whole pool';

/** Published figures for one set, by rule: labels to 90 and 95 %. */
type Published = Readonly<Record<string, { readonly value: string; readonly source: string }>>;

type CurveSet = {
  readonly name: string;
  readonly title: string;
  readonly options: (data: (path: string) => string) => Options;
  readonly protocol: SuiteEntry['protocol'];
  readonly published?: Published;
};

const curve = ({ name, title, options, protocol, published = {} }: CurveSet): SuiteEntry => ({
  name: `curve-${name}`,
  title: `Active learning, ${title}`,
  bench: curveBench,
  options: (data) => ({
    short: {
      ...options(data),
      threads: '1',
      acquisition: FEW_RULES,
      seeds: '2',
      labels: '60',
      samples: '20',
    },
    long: { ...options(data), threads: '1' },
  }),
  protocol,
  hasTable: true,
  seconds: ({ runs }) =>
    sumOf(
      (runs as readonly CurveRun[]).flatMap(({ points }) => points),
      'trainSeconds',
      'scoreSeconds',
      'acquireSeconds',
    ),
  hasPicture: true,
  figures: ({ againstRandom, labelsNeeded }) => {
    const compared = againstRandom as readonly AgainstRandom[];
    const needed = labelsNeeded as readonly LabelsNeeded[];
    return compared.map(({ rule, gain, standardError, seeds, labels }): Figure => {
      const spread = standardError === null ? '' : ` ± ${(100 * standardError).toFixed(1)}`;
      const to = [0.9, 0.95].map((target) => labelsTo(needed, rule, target)).join(' / ');
      return {
        what: `${rule}: points over random, mean of the rounds up to ${labels} labels; labels to 90 / 95 %`,
        ours: `${(100 * gain).toFixed(1)}${spread} (${seeds} seeds); ${to}`,
        ...(published[rule]
          ? { published: published[rule], remark: 'Another pool size or net; see the protocol.' }
          : {}),
        ...(gain < 0 ? { remark: 'Loses to random here.' } : {}),
      };
    });
  },
});

function labelsTo(needed: readonly LabelsNeeded[], rule: string, target: number): string {
  const row = needed.find((one) => one.rule === rule && one.target === target);
  const median = row?.quartiles[1];
  if (median === undefined) return 'unknown';
  // JSON has no infinity: a target that was not reached is null there.
  return Number.isFinite(median) && median !== null ? `${median}` : `> ${row!.followedTo}`;
}

const table = (
  name: string,
  title: string,
  { file, label }: { readonly file: string; readonly label: string },
): SuiteEntry =>
  curve({
    name,
    title,
    options: (data) => ({
      csv: data(`tabular-classification/${file}`),
      'label-column': label,
      'no-header': 'true',
      net: 'small-mlp',
      acquisition: RULES,
      seeds: '5',
      labels: '120',
      validation: '200',
      draws: '1024',
      patience: '5',
      'test-fraction': '0.3',
    }),
    protocol: {
      short: '128-128 net, seven rules, two seeds, up to 60 labels, k = 20',
      long: '128-128 net, eighteen rules, five seeds, up to 120 labels, k = 50, batch 10',
    },
  });

const texts = (
  name: string,
  title: string,
  files: { readonly pool: string; readonly test?: string },
): SuiteEntry =>
  curve({
    name,
    title,
    options: (data) => ({
      texts: data(`text-classification/${files.pool}`),
      ...(files.test ? { 'test-texts': data(`text-classification/${files.test}`) } : {}),
      net: 'small-mlp',
      acquisition: RULES,
      seeds: '5',
      labels: '200',
      'pool-size': '2000',
      'test-size': '2000',
      validation: '300',
      draws: '1024',
      patience: '5',
      samples: '20',
      'test-fraction': '0.3',
    }),
    protocol: {
      short: '128-128 net on 2,048 hashed words, seven rules, two seeds, up to 60 labels, k = 20',
      long: '128-128 net on 2,048 hashed words, eighteen rules, five seeds, up to 200 labels, k = 20, batch 10, pool of 2,000',
    },
  });

type Images = {
  readonly name: string;
  readonly folder: string;
  readonly title: string;
  readonly published?: Published;
  readonly options?: Options;
};

const images = ({ name, folder, title, published, options = {} }: Images): SuiteEntry =>
  curve({
    name,
    title,
    ...(published ? { published } : {}),
    options: (data) => ({
      'pool-images': data(`${folder}/train-images-idx3-ubyte.gz`),
      'pool-labels': data(`${folder}/train-labels-idx1-ubyte.gz`),
      'test-images': data(`${folder}/t10k-images-idx3-ubyte.gz`),
      'test-labels': data(`${folder}/t10k-labels-idx1-ubyte.gz`),
      net: 'small-mlp',
      acquisition: RULES,
      seeds: '5',
      labels: '200',
      'pool-size': '2000',
      'test-size': '2000',
      validation: '500',
      draws: '1024',
      patience: '5',
      samples: '20',
      ...options,
    }),
    protocol: {
      short: '128-128 net, seven rules, two seeds, up to 60 labels, k = 20, pool of 2,000',
      long: '128-128 net in place of the conv net, eighteen rules, five seeds, up to 200 labels, k = 20, batch 10, pool of 2,000',
    },
  });

export const curves: readonly SuiteEntry[] = [
  table('optdigits', 'digits of 8 x 8', { file: 'optdigits.tra.gz', label: '64' }),
  table('banknote', 'banknotes', { file: 'banknote_authentication.csv', label: '4' }),
  table('pima', 'Pima diabetes', { file: 'pima-indians-diabetes.csv', label: '8' }),
  texts('trec', 'six kinds of questions (TREC)', {
    pool: 'trec/TREC.train.all',
    test: 'trec/TREC.test.all',
  }),
  texts('sms-spam', 'text messages and spam', { pool: 'sms-spam/sms.tsv' }),
  images({ name: 'fashion-mnist', folder: 'fashion-mnist', title: 'Fashion-MNIST' }),
  images({
    name: 'small-net-mnist',
    folder: 'mnist',
    title: 'MNIST',
    published: {
      bald: { value: '155 / > 300 (medians)', source: 'BatchBALD logs, conv net, k = 100' },
      'batch-bald': { value: '105 / 225 (medians)', source: 'BatchBALD logs, conv net, k = 100' },
    },
  }),
  images({
    name: 'repeated-mnist',
    folder: 'mnist',
    title: 'MNIST four times over, with noise',
    options: { copies: '4', 'copy-noise': '0.1', 'pool-size': '1000' },
    published: {
      random: { value: '150 / never (medians)', source: REPEATED },
      bald: { value: '280 / never (medians)', source: REPEATED },
      'batch-bald': { value: '110 / 210 (medians)', source: REPEATED },
      'power-bald': { value: '90 / 180 (medians)', source: REPEATED },
      'softmax-bald': { value: '80 / 190 (medians)', source: REPEATED },
      margin: { value: '90 / 200 (medians)', source: REPEATED },
      'power-margin': { value: '90 / 180 (medians)', source: REPEATED },
      badge: { value: '150 / never (medians)', source: REPEATED },
    },
  }),
];
