import type { ObjectStore } from '@dubio/platform';
import type { ItemContent } from './item-content.js';

/** Features cannot be made of these items; the message says what to change. */
export class BadFeaturesError extends Error {
  override readonly name = 'BadFeaturesError';
}

/**
 * No features can be made of one item, however often it is tried; the message ends a sentence that
 * names the item. The project goes on without it.
 */
export class BadItemError extends Error {
  override readonly name = 'BadItemError';
}

/**
 * The store has no content for the item. Of one among others that is the item's own fault; of all of
 * them it is the store's.
 */
export class MissingContentError extends BadItemError {}

/** What a featuriser learns its constants from. */
export type FitSource = {
  /** Items of the pool in their order; each call begins anew. */
  pool(): AsyncIterable<ItemContent>;
  /** Columns that are only shown, never learned from. */
  readonly shownColumns: ReadonlySet<string>;
  readonly store: ObjectStore;
};
