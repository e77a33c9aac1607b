import type { Round, RoundMetrics } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import {
  adaptiveSamplingWords,
  gainOf,
  heldOutWords,
  intervalWords,
  scoredWithWords,
  tookSeconds,
  writeGain,
} from './prepare-rounds';

const metrics = (change: Partial<RoundMetrics> = {}): RoundMetrics => ({
  labels: 100,
  metricName: 'accuracy',
  metric: 0.956,
  metricLow: 0.952,
  metricHigh: 0.96,
  heldOut: 1797,
  heldOutSource: 'test',
  control: null,
  ece: null,
  nll: null,
  brier: null,
  lure: null,
  activeTest: null,
  scoredBy: { network: 'full', reason: null },
  adaptiveSampling: null,
  epistemicMean: null,
  aleatoricMean: null,
  totalMean: null,
  agreement: null,
  stop: [],
  epistemicHistogram: null,
  trainSeconds: null,
  scoreSeconds: null,
  selectSeconds: null,
  ...change,
});
const round = (number: number, metric: number | null, name: 'accuracy' | 'rmse' = 'accuracy') =>
  ({ number, metrics: metrics({ metric, metricName: name }) }) as unknown as Round;
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

describe('gainOf', () => {
  it('compares with the last round that has a value', () => {
    const rounds = [round(3, 0.93), round(2, null), round(1, 0.9)];
    expect(gainOf(rounds, rounds[0] as Round)).toBeCloseTo(3);
    expect(gainOf(rounds, rounds[1] as Round)).toBeNull();
    expect(gainOf(rounds, rounds[2] as Round)).toBeNull();
  });

  it('counts a smaller error as a gain', () => {
    const rounds = [round(2, 1.5, 'rmse'), round(1, 2, 'rmse')];
    expect(gainOf(rounds, rounds[0] as Round)).toBeCloseTo(0.5);
  });

  it('is written with a sign, and a zero without', () => {
    expect(writeGain(0.52)).toBe('+0.5');
    expect(writeGain(-1.24)).toBe('−1.2');
    expect(writeGain(-0.04)).toBe('0.0');
  });
});

describe('intervalWords', () => {
  it('says half the width of an even interval', () => {
    expect(intervalWords(metrics())).toBe('± 0.4, 95 % interval');
  });

  it('says both ends of a lopsided one', () => {
    expect(plain(intervalWords(metrics({ metricLow: 0.9, metricHigh: 0.97 })))).toBe(
      '90.0 to 97.0 %, 95 % interval',
    );
  });

  it('says nothing where there is none', () => {
    expect(intervalWords(metrics({ metricLow: null }))).toBeNull();
  });
});

describe('heldOutWords', () => {
  it('never calls a control share held out', () => {
    expect(heldOutWords(metrics({ heldOutSource: 'control', heldOut: 31 }))).toBe(
      '31 items drawn at random',
    );
    expect(heldOutWords(metrics())).toBe('1,797 held-out items');
  });
});

describe('tookSeconds', () => {
  it('is unknown until the round has ended', () => {
    const times = { startedAt: '2026-11-23T10:00:00Z', readyAt: null, finishedAt: null };
    expect(tookSeconds(times as Round)).toBeNull();
    expect(tookSeconds({ ...times, readyAt: '2026-11-23T10:00:52Z' } as Round)).toBe(52);
  });
});

describe('scoredWithWords', () => {
  it('speaks only where the compressed model was wanted, and says why it was not used', () => {
    expect(scoredWithWords({ network: 'full', reason: null })).toBeNull();
    expect(scoredWithWords({ network: 'compressed', reason: null })).toBe('the compressed model');
    expect(scoredWithWords({ network: 'full', reason: 'It errs more.' })).toBe(
      'the full network. It errs more.',
    );
  });
});

it('adaptive sampling is told with what it saved', () => {
  const adaptiveSampling = {
    firstSamples: 12,
    samples: 50,
    finalists: 1240,
    items: 20_000,
    shareOfWork: 0.302,
  };
  expect(adaptiveSamplingWords(adaptiveSampling)).toBe(
    '12 samples for all 20,000 items, all 50 for 1,240: 30.2 % of the work',
  );
  expect(adaptiveSamplingWords(null)).toBeNull();
});
