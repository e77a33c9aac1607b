import type { LabellingStatus } from '@dubio/contracts';
import type { LoadedImage } from '../images/image-cache';
import type { Connection } from '../outbox/outbox';
import type { OutboxRecord } from '../outbox/outbox-record';
import { EMPTY_QUEUE, type LeaseQueue } from '../queue/lease-queue';
import type { HistoryEntry } from './history';

/** `elsewhere`: another tab of this browser labels this project. */
export type Phase = 'starting' | 'labelling' | 'elsewhere' | 'failed';

export type NewOrder = { readonly round: number; readonly changed: number; readonly of: number };

/** Everything the labelling page shows, at one moment. */
export type LabellingState = {
  readonly phase: Phase;
  readonly error: unknown;
  readonly queue: LeaseQueue;
  readonly image: LoadedImage;
  /** Items ahead whose pictures are here too. */
  readonly readyAhead: number;
  /** As the server said it last. */
  readonly status: LabellingStatus | null;
  /** The same with the answers that wait here counted in. */
  readonly progress: LabellingStatus | null;
  readonly connection: Connection;
  /** Answers kept here that the server does not have, without flags. */
  readonly waiting: number;
  readonly refused: readonly OutboxRecord[];
  readonly history: readonly HistoryEntry[];
  readonly newOrder: NewOrder | null;
  readonly flagged: boolean;
  readonly note: string;
  readonly undoing: boolean;
  /** Whether the first request for items has been answered. */
  readonly asked: boolean;
  /** False where the browser refuses storage: answers live as long as this tab. */
  readonly durable: boolean;
};

export const INITIAL_STATE: LabellingState = {
  phase: 'starting',
  error: null,
  queue: EMPTY_QUEUE,
  image: { state: 'none' },
  readyAhead: 0,
  status: null,
  progress: null,
  connection: 'online',
  waiting: 0,
  refused: [],
  history: [],
  newOrder: null,
  flagged: false,
  note: '',
  undoing: false,
  asked: false,
  durable: true,
};
