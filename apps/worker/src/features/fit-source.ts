import type { ObjectStore } from '@dubio/platform';
import type { ItemContent } from './item-content.js';

/** Features cannot be made of these items; the message says what to change. */
export class BadFeaturesError extends Error {
  override readonly name = 'BadFeaturesError';
}

/** What a featuriser learns its constants from. */
export type FitSource = {
  /** Items of the pool in their order; each call begins anew. */
  pool(): AsyncIterable<ItemContent>;
  /** Columns that are only shown, never learned from. */
  readonly shownColumns: ReadonlySet<string>;
  readonly store: ObjectStore;
};
