import type { RoundProgress, RoundState } from '@dubio/contracts';
import { formatCount, formatDuration, formatNumber } from '@/lib/format';

export type StageState = 'done' | 'running' | 'waiting';
export type Stage = {
  readonly key: 'train' | 'score' | 'select' | 'publish';
  readonly state: StageState;
  /** What stands at the right: how long it took, how far it is, what is to come. */
  readonly info: string;
};

type StagesInput = {
  readonly state: RoundState;
  readonly progress: RoundProgress | null;
  readonly trainSeconds: number | null;
  readonly scoreSeconds: number | null;
  readonly queueSize: number;
};

const ORDER: readonly RoundState[] = ['queued', 'training', 'scoring', 'selecting', 'ready'];

/** The four steps of a round with what is known of each, for the list beside the curve. */
export function prepareStages(input: StagesInput): Stage[] {
  const at = ORDER.indexOf(input.state);
  const stateOf = (place: number): StageState =>
    at > place ? 'done' : at === place ? 'running' : 'waiting';
  const train = stateOf(1);
  const score = stateOf(2);
  const select = stateOf(3);
  return [
    { key: 'train', state: train, info: trainInfo(train, input) },
    { key: 'score', state: score, info: scoreInfo(score, input) },
    {
      key: 'select',
      state: select,
      info: select === 'done' ? '' : `${formatCount(input.queueSize)} items`,
    },
    { key: 'publish', state: at >= 4 ? 'done' : 'waiting', info: '' },
  ];
}

function trainInfo(state: StageState, { progress, trainSeconds }: StagesInput): string {
  if (state === 'done') {
    return trainSeconds === null ? '' : formatDuration(trainSeconds);
  }
  if (state === 'waiting' || progress === null || progress.epoch === null) {
    return '';
  }
  const loss = progress.loss === null ? '' : `, loss ${formatNumber(progress.loss)}`;
  return `epoch ${formatCount(progress.epoch)}${loss}`;
}

function scoreInfo(state: StageState, { progress, scoreSeconds }: StagesInput): string {
  if (state === 'done' && scoreSeconds !== null) {
    return formatDuration(scoreSeconds);
  }
  const shards = progress?.shards ?? [];
  if (shards.length === 0) {
    return '';
  }
  const done = shards.filter((shard) => shard === 'done').length;
  return state === 'waiting'
    ? `${formatCount(shards.length)} shards`
    : `${formatCount(done)} of ${formatCount(shards.length)} shards`;
}

/** Time still to go, never more exact than an estimate can be. */
export function writeTimeLeft(seconds: number): string {
  if (seconds < 5) {
    return 'A few seconds left';
  }
  const step = seconds < 60 ? 5 : 15;
  const rounded = Math.max(step, Math.round(seconds / step) * step);
  if (rounded < 60) {
    return `About ${rounded} s left`;
  }
  return rounded < 5400
    ? `About ${formatCount(rounded / 60)} min left`
    : `About ${formatNumber(rounded / 3600, 1)} h left`;
}

/** "3 workers, 1,000 items per shard" */
export function workersWords(progress: RoundProgress): string {
  const workers = `${formatCount(progress.workers)} ${progress.workers === 1 ? 'worker' : 'workers'}`;
  return progress.shardRows === null
    ? workers
    : `${workers}, ${formatCount(progress.shardRows)} items per shard`;
}
