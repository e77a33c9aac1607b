import type { Project, Replay, Round, Simulation } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { prepareCurveInput } from './prepare-curve-input';
import { prepareFigures, savedAgainstRandom } from './prepare-figures';

const project = {
  metricName: 'accuracy',
  labelSchema: { fields: [{ kind: 'choice', name: 'a', question: '?', choices: [] }] },
  labelCount: 300,
  itemCount: 60_000,
  annotators: 4,
  policies: { stop: { targetMetric: 0.97 } },
} as unknown as Project;

const round = (
  number: number,
  state: Round['state'],
  change: Record<string, unknown> = {},
): Round =>
  ({
    number,
    state,
    metrics: {
      labels: number * 40,
      metricName: 'accuracy',
      metric: 0.9 + number / 100,
      metricLow: 0.9 + number / 100 - 0.004,
      metricHigh: 0.9 + number / 100 + 0.004,
      heldOut: 10_000,
      heldOutSource: 'test',
      epistemicMean: 0.6 - number / 10,
      aleatoricMean: 0.2,
      ...change,
    },
  }) as unknown as Round;

const replay = (rule: Replay['rule'], metrics: number[]): Replay => ({
  rule,
  seed: 1,
  state: 'done',
  fraction: 1,
  error: null,
  points: metrics.map((metric, index) => ({ labels: 20 + index * 20, metric })),
  scoringSeconds: null,
});
const simulation = (...replays: Replay[]) =>
  ({ metricName: 'accuracy', replays, state: 'done' }) as unknown as Simulation;
const plain = (text: string | null) => text?.replaceAll('\u00a0', ' ');

describe('prepareFigures', () => {
  const finished = [round(3, 'ready'), round(2, 'superseded'), round(1, 'superseded')];

  it('writes each figure with its unit and what it rests on', () => {
    const figures = prepareFigures({ project, finished, saved: null });
    expect(
      figures.map((figure) => [figure.name, plain(figure.value), figure.unit, plain(figure.note)]),
    ).toEqual([
      ['Accuracy, round 3', '93.0', '%', '± 0.4, 95 % interval'],
      ['Labels', '300', '', 'of 60,000; 4 annotators'],
      ['Epistemic left', '0.30', 'nats', 'pool mean; 0.50 in round 1'],
      ['Aleatoric', '0.20', 'nats', 'pool mean; it is in the data'],
      ['Saved against random', undefined, '', 'known after a replay'],
    ]);
  });

  it('says when the accuracy rests on items drawn at random', () => {
    const [figure] = prepareFigures({
      project,
      finished: [round(3, 'ready', { heldOutSource: 'control', heldOut: 31 })],
      saved: null,
    });
    expect(figure?.note).toBe('± 0.4, 95 % interval, 31 items drawn at random');
  });

  it('leaves figures open before the first round', () => {
    const figures = prepareFigures({ project, finished: [], saved: null });
    expect(figures.map((figure) => figure.value)).toEqual([null, '300', null, null, null]);
  });
});

describe('savedAgainstRandom', () => {
  const random = replay('random', [0.6, 0.7, 0.8, 0.9]);

  it('is the difference of the medians at the target that random reaches', () => {
    const saved = savedAgainstRandom(
      [simulation(random, replay('bald', [0.6, 0.8, 0.9, 0.95]))],
      'bald',
    );
    expect(saved).toMatchObject({ labels: 20, target: 0.9 });
  });

  it('is not claimed for a rule that was not replayed', () => {
    expect(savedAgainstRandom([simulation(random)], 'bald')).toBeNull();
    expect(savedAgainstRandom([], 'bald')).toBeNull();
  });

  it('may be negative: the rule in use is not always the better one', () => {
    const saved = savedAgainstRandom(
      [simulation(random, replay('bald', [0.5, 0.6, 0.7, 0.8, 0.9]))],
      'bald',
    );
    expect(saved?.labels).toBe(-20);
  });
});

describe('prepareCurveInput', () => {
  it('keeps a failed round as a gap and the running one as a slot', () => {
    const rounds = [
      round(4, 'scoring', { labels: 300 }),
      round(3, 'failed', { labels: 120 }),
      round(2, 'ready'),
      round(1, 'superseded'),
    ];
    const input = prepareCurveInput({ project, rounds, simulations: [] });
    expect(input.running).toEqual({ round: 4, labels: 300 });
    expect(input.rounds.map((one) => [one.round, one.metric])).toEqual([
      [3, null],
      [2, 0.92],
      [1, 0.91],
    ]);
  });

  it('leaves cancelled rounds out: nobody expects a value there', () => {
    const input = prepareCurveInput({
      project,
      rounds: [round(2, 'cancelled'), round(1, 'ready')],
      simulations: [],
    });
    expect(input.rounds.map((one) => one.round)).toEqual([1]);
  });

  it('says what the band is', () => {
    const input = prepareCurveInput({ project, rounds: [round(1, 'ready')], simulations: [] });
    expect(input.bandSays).toBe('95 % interval on 10,000 held-out items');
  });

  it('draws the random line of the newest replay that has one', () => {
    const input = prepareCurveInput({
      project,
      rounds: [],
      simulations: [
        simulation(replay('bald', [0.6, 0.7])),
        simulation(replay('random', [0.5, 0.6])),
      ],
    });
    expect(input.baseline?.points).toEqual([
      { labels: 20, metric: 0.5 },
      { labels: 40, metric: 0.6 },
    ]);
  });
});
