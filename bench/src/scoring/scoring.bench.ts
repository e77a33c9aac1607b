import { PREDICT_METHODS, type PredictMethod, type PresetName } from '@dubio/bayes-core';
import {
  type Bench,
  countOption,
  listOption,
  type Options,
  UsageError,
} from '../framework/bench.js';
import { peerNumber, runPeer } from '../framework/peer.js';
import { median, type Spread, spread } from '../framework/statistics.js';
import { type PoolReport, scorePool } from './run-shards.js';

type Case = { readonly net: PresetName; readonly items: number; readonly samples: number };

const CASES: Readonly<Record<string, Case>> = {
  'mlp-512': { net: 'mlp-512', items: 20_000, samples: 50 },
  'batchbald-conv': { net: 'batchbald-conv', items: 60_000, samples: 100 },
};

type CaseResult = Case & {
  readonly ours: readonly PoolReport[];
  readonly peer: readonly Record<string, unknown>[];
  readonly passesPerSecond: Spread;
  readonly passesPerCpuSecond: Spread;
  /** Our passes over the peer's, pair by pair: a second, and a second of processor time. */
  readonly ratio?: Spread;
  readonly cpuRatio?: Spread;
};

/**
 * Passes per second and memory of scoring a pool, beside PyTorch on the same cores in the same run.
 */
export const scoringBench: Bench = {
  name: 'scoring',
  summary: 'stochastic passes per second and memory, beside PyTorch',
  options: {
    net: { hint: Object.keys(CASES).join(', '), default: Object.keys(CASES).join(',') },
    items: { hint: 'items to score, in place of 20,000 and 60,000' },
    samples: { hint: 'posterior samples T, in place of 50 and 100' },
    workers: { hint: 'processes that share the pool', default: '2' },
    threads: { hint: 'native threads of all processes together', default: '2' },
    method: { hint: `${PREDICT_METHODS.join(', ')}; the one with the least work when left out` },
    repeats: { hint: 'turns, ours and the peer in alternation', default: '3' },
    python: { hint: 'an interpreter that has torch: also runs the peer' },
    'peer-items': {
      hint: 'items the peer scores a turn (its time grows in proportion)',
      default: '2000',
    },
  },
  async run({ options, log }) {
    const cores = {
      workers: countOption(options, 'workers'),
      threads: countOption(options, 'threads'),
    };
    const method = methodOf(options);
    const results: CaseResult[] = [];
    for (const name of listOption(options, 'net')) {
      const standard = CASES[name];
      if (!standard)
        throw new UsageError(`--net knows ${Object.keys(CASES).join(', ')}, got "${name}".`);
      const current = {
        ...standard,
        ...(options.items ? { items: countOption(options, 'items') } : {}),
        ...(options.samples ? { samples: countOption(options, 'samples') } : {}),
      };
      const ours: PoolReport[] = [];
      const peer: Record<string, unknown>[] = [];
      for (let turn = 0; turn < countOption(options, 'repeats'); turn++) {
        ours.push(await scorePool({ ...current, ...(method ? { method } : {}) }, cores));
        log(`${name}: ${describe(ours.at(-1)!)}`);
        if (!options.python) continue;
        const { net, samples } = current;
        const items = Math.min(current.items, countOption(options, 'peer-items'));
        const args = { net, samples, items, threads: cores.threads };
        peer.push(await runPeer(options.python, 'scoring.py', args));
        log(`${name}, peer: ${peerNumber(peer.at(-1)!, 'passesPerSecond').toFixed(0)} passes/s`);
      }
      results.push(summarise(current, ours, peer));
      log(sentence(results.at(-1)!));
    }
    return { cores, method: method ?? 'least work', cases: results };
  },
};

function methodOf({ method }: Options): PredictMethod | undefined {
  if (method === undefined) return undefined;
  const known = PREDICT_METHODS.find((name) => name === method);
  if (!known)
    throw new UsageError(`--method knows ${PREDICT_METHODS.join(', ')}, got "${method}".`);
  return known;
}

function summarise(
  current: Case,
  ours: readonly PoolReport[],
  peer: readonly Record<string, unknown>[],
): CaseResult {
  const ratioOf = (key: 'passesPerSecond' | 'passesPerCpuSecond'): Spread =>
    spread(peer.map((answer, i) => ours[i]![key] / peerNumber(answer, key)));
  return {
    ...current,
    ours,
    peer,
    passesPerSecond: spread(ours.map(({ passesPerSecond }) => passesPerSecond)),
    passesPerCpuSecond: spread(ours.map(({ passesPerCpuSecond }) => passesPerCpuSecond)),
    ...(peer.length === 0
      ? {}
      : { ratio: ratioOf('passesPerSecond'), cpuRatio: ratioOf('passesPerCpuSecond') }),
  };
}

const describe = ({ seconds, cpuSeconds, passesPerSecond, maxRssMb }: PoolReport): string =>
  `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor time), ${passesPerSecond.toFixed(0)} passes/s, at most ${maxRssMb.toFixed(0)} MB a worker`;

function sentence({ net, items, samples, ours, ratio, cpuRatio }: CaseResult): string {
  const time = median(ours.map(({ seconds }) => seconds)).toFixed(1);
  const compared =
    ratio && cpuRatio
      ? `; ${ratio.median.toFixed(1)} times the peer, by processor time ${cpuRatio.median.toFixed(1)} times (middle half ${cpuRatio.q25.toFixed(1)} to ${cpuRatio.q75.toFixed(1)})`
      : '';
  return `${net}, ${items} items, T = ${samples}: ${time} s${compared}`;
}
