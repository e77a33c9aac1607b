import type { Round } from '@dubio/contracts';

export type RoundState = Round['state'];
export type RoundTrigger = Round['trigger'];
