import type { AcquisitionRule, Replay } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import {
  chooseTargets,
  labelsNeeded,
  labelsToReach,
  quantile,
  summariseRules,
  writeNeeded,
} from './aggregate';
import { prepareSimulationCurves } from './prepare-simulation-curves';
import { prepareVerdict } from './prepare-verdict';

const replay = (
  rule: AcquisitionRule,
  seed: number,
  metrics: readonly number[],
  state: Replay['state'] = 'done',
): Replay => ({
  rule,
  seed,
  state,
  fraction: state === 'done' ? 1 : 0.5,
  error: state === 'failed' ? 'the worker went away' : null,
  points: metrics.map((metric, index) => ({ labels: 20 + index * 20, metric })),
  scoringSeconds: null,
});
const goal = { metricName: 'accuracy', target: 0.9 } as const;
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const three = (rule: AcquisitionRule, ...curves: number[][]) =>
  curves.map((curve, index) => replay(rule, index + 1, curve));
const margin = three('margin', [0.7, 0.9, 0.95], [0.7, 0.92, 0.95], [0.7, 0.91, 0.95]);
const random = three('random', [0.6, 0.7, 0.8, 0.9], [0.6, 0.7, 0.8, 0.91], [0.6, 0.7, 0.8, 0.9]);

describe('labels needed', () => {
  it('lie straight between two points', () => {
    expect(labelsToReach(replay('bald', 1, [0.8, 1]), goal)).toBe(30);
  });

  it('are not reached rather than the end', () => {
    const never = replay('bald', 1, [0.5, 0.6]);
    expect(labelsToReach(never, goal)).toBe(Number.POSITIVE_INFINITY);
    expect(writeNeeded(labelsToReach(never, goal), 300)).toBe('over 300');
  });

  it('have a median that is not reached when half of the seeds do not reach it', () => {
    const replays = three('bald', [0.8, 1], [0.5, 0.6], [0.5, 0.6]);
    expect(labelsNeeded(replays, 'bald', goal)).toEqual({
      median: Infinity,
      low: Infinity,
      high: Infinity,
    });
    expect(quantile([10, 20, Infinity], 0.5)).toBe(20);
    expect(quantile([10, Infinity], 0.5)).toBe(Infinity);
  });

  it('leave failed and running replays out', () => {
    const replays = [
      replay('bald', 1, [0.8, 1]),
      replay('bald', 2, [1], 'failed'),
      replay('bald', 3, [1], 'running'),
    ];
    expect(labelsNeeded(replays, 'bald', goal)?.median).toBe(30);
    expect(labelsNeeded(replays.slice(1), 'bald', goal)).toBeNull();
  });

  it('count downwards for an error', () => {
    expect(labelsToReach(replay('variance', 1, [3, 1]), { metricName: 'rmse', target: 2 })).toBe(
      30,
    );
  });
});

describe('summariseRules', () => {
  it('is a gap where fewer than half of the seeds under way have a value', () => {
    const replays = [
      replay('bald', 1, [0.6, 0.7, 0.8], 'running'),
      replay('bald', 2, [0.6], 'running'),
      replay('bald', 3, [0.6], 'running'),
      replay('bald', 4, [], 'waiting'),
    ];
    expect(summariseRules(replays)[0]?.points.map((point) => point?.seeds ?? null)).toEqual([
      3,
      null,
      null,
    ]);
  });

  it('gives no quartiles to fewer than three seeds', () => {
    const points = summariseRules([replay('bald', 1, [0.6]), replay('bald', 2, [0.8])])[0]?.points;
    expect(points?.[0]).toMatchObject({ median: 0.7, low: null, high: null });
  });

  it('leaves the points of a failed seed out', () => {
    const points = summariseRules([replay('bald', 1, [0.6]), replay('bald', 2, [0.1], 'failed')])[0]
      ?.points;
    expect(points?.[0]?.median).toBe(0.6);
  });
});

describe('chooseTargets', () => {
  it('takes the highest whole percent that random reaches, and an easier one', () => {
    expect(
      chooseTargets(summariseRules([...margin, ...three('random', [0.6, 0.934])]), 'accuracy'),
    ).toEqual([0.9, 0.93]);
  });

  it('has none before the first point', () => {
    expect(chooseTargets(summariseRules([replay('bald', 1, [], 'waiting')]), 'accuracy')).toEqual(
      [],
    );
  });
});

describe('prepareVerdict', () => {
  const judge = (replays: readonly Replay[], inUse: AcquisitionRule = 'power-bald') => {
    const verdict = prepareVerdict({ replays, goal, inUse, end: 300 });
    return { ...verdict, headline: plain(verdict.headline), sub: plain(verdict.sub) };
  };

  it('says how many fewer labels the best rule needs, and offers it', () => {
    const verdict = judge([...margin, ...random, ...three('power-bald', [0.6, 0.8, 0.9])]);
    expect(verdict.headline).toBe('Margin needs 51 % fewer labels than random to reach 90 %');
    expect(verdict.sub).toBe(
      'Median 39 against 80 labels over 3 seeds; the quartiles do not overlap. PowerBALD, in use now, needs 60.',
    );
    expect(verdict.use).toBe('margin');
  });

  it('does not name a winner when the quartiles overlap', () => {
    const verdict = judge([
      ...three('margin', [0.6, 0.9], [0.6, 0.7, 0.8, 0.9], [0.6, 0.7, 0.91]),
      ...random.slice(0, 2),
      replay('random', 3, [0.6, 0.9]),
    ]);
    expect(verdict.headline).toBe('Margin and random cannot be told apart at 90 %');
    expect(verdict.use).toBeNull();
  });

  it('does not claim quartiles from two seeds, and offers nothing on their strength', () => {
    const verdict = judge([...margin.slice(0, 2), ...random.slice(0, 2)]);
    expect(verdict.sub).toContain('over 2 seeds; too few seeds for quartiles.');
    expect(verdict.use).toBeNull();
  });

  it('says when the best rule is the one in use', () => {
    const verdict = judge([...margin, ...random], 'margin');
    expect(verdict.sub).toContain('It is in use now.');
    expect(verdict.use).toBeNull();
  });

  it('says when no rule beats random', () => {
    expect(judge([...random, ...three('bald', [0.5, 0.6])]).headline).toBe(
      'No rule needs fewer labels than random to reach 90 %',
    );
  });

  it('says when random does not get there', () => {
    expect(judge([...margin, ...three('random', [0.5, 0.6])]).headline).toBe(
      'Margin reaches 90 %, random does not',
    );
  });

  it('asks for care when replays failed or still run', () => {
    const verdict = judge([
      ...margin,
      ...random,
      replay('bald', 4, [0.3], 'failed'),
      replay('entropy', 5, [0.3], 'running'),
    ]);
    expect(verdict.sub).toContain(
      'One of 8 replays failed and one still runs: read BALD and entropy with care.',
    );
  });

  it('claims nothing before a replay has finished', () => {
    const verdict = judge([replay('margin', 1, [0.9], 'running')]);
    expect(verdict.headline).toBe('Replays are running');
    expect(verdict.sub).toBe('0 of 1 done. A rule is judged once one of its seeds has finished.');
  });
});

describe('prepareSimulationCurves', () => {
  const input = {
    replays: [...margin, ...random],
    metricName: 'accuracy',
    end: 80,
    target: 0.9,
    inUse: 'margin',
  } as const;

  it('bands the best rule and random only', () => {
    const curves = prepareSimulationCurves(
      {
        ...input,
        replays: [...input.replays, ...three('bald', [0.6, 0.7], [0.6, 0.8], [0.7, 0.8])],
      },
      680,
    );
    expect(curves.banded).toEqual(['margin', 'random']);
  });

  it('marks the labels needed and leaves out what was not reached', () => {
    const curves = prepareSimulationCurves(
      { ...input, replays: [...margin, ...three('random', [0.5, 0.6])] },
      680,
    );
    expect(curves.markers.map((marker) => [marker.rule, marker.text])).toEqual([
      ['margin', '39 labels'],
    ]);
  });

  it('keeps the names at the ends of the lines apart and inside the plot', () => {
    const same = (['margin', 'bald', 'entropy', 'random'] as const).flatMap((rule) =>
      three(rule, [0.6, 0.6]),
    );
    const curves = prepareSimulationCurves({ ...input, replays: same, target: null }, 680);
    const places = curves.curves.map((curve) => curve.labelY ?? 0).sort((a, b) => a - b);
    for (let index = 1; index < places.length; index += 1) {
      expect((places[index] ?? 0) - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(15);
    }
    expect(places.at(-1)).toBeLessThanOrEqual(curves.plot.bottom);
  });
});
