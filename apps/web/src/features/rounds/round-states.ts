import type { RoundState } from './types';

const RUNNING: ReadonlySet<RoundState> = new Set(['queued', 'training', 'scoring', 'selecting']);
/** Rounds whose figures stand: the one in use and those before it. */
const FINISHED: ReadonlySet<RoundState> = new Set(['ready', 'superseded']);

export const isRunningState = (state: RoundState): boolean => RUNNING.has(state);
export const isFinishedState = (state: RoundState): boolean => FINISHED.has(state);
