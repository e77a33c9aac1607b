import type { Featuriser } from '@dubio/contracts';
import {
  encodeTable,
  encodeText,
  type ObjectStore,
  TableFitted,
  VectorFitted,
} from '@dubio/platform';
import type { FitSource } from './fit-source.js';
import type { ItemContent } from './item-content.js';
import { encodePixels, fitPixels, PixelsFitted, pixelsLayout } from './pixels.featuriser.js';
import type { FeatureArray, FeatureLayout } from './shard-layout.js';
import { fitTable, tableHolds, tableLayout } from './table.featuriser.js';
import { textLayout } from './text.featuriser.js';
import { encodeVector, fitVector, vectorLayout } from './vector.featuriser.js';

/** Puts the features of one item at `at` of `into`. */
export type Encoder = {
  readonly layout: FeatureLayout;
  encode(item: ItemContent, into: FeatureArray, at: number): void | Promise<void>;
};

/** Learns the constants of a featuriser on the pool: means, deviations, categories. */
export async function fitFeaturiser(featuriser: Featuriser, source: FitSource): Promise<unknown> {
  switch (featuriser.kind) {
    case 'pixels':
      return fitPixels(featuriser, source);
    case 'table':
      return fitTable(source);
    case 'vector':
      return fitVector(source);
    case 'text':
      return {};
  }
}

/**
 * Whether constants learned earlier still describe the pool, so that new items may join the old
 * ones.
 */
export function fittedHolds(featuriser: Featuriser, fitted: unknown, now: unknown): boolean {
  if (featuriser.kind === 'table')
    return tableHolds(TableFitted.parse(fitted), TableFitted.parse(now));
  if (featuriser.kind === 'vector') {
    const [before, after] = [VectorFitted.parse(fitted), VectorFitted.parse(now)];
    return before.columns.join('\u0000') === after.columns.join('\u0000');
  }
  return true;
}

/** The encoder of a featuriser with its learned constants. */
export function createEncoder(
  featuriser: Featuriser,
  fitted: unknown,
  store: ObjectStore,
): Encoder {
  switch (featuriser.kind) {
    case 'pixels': {
      const layout = pixelsLayout(featuriser, PixelsFitted.parse(fitted));
      return {
        layout,
        encode: (item, into, at) => encodePixels(featuriser, store, item, { into, at }),
      };
    }
    case 'table': {
      const constants = TableFitted.parse(fitted);
      return {
        layout: tableLayout(constants),
        encode: (item, into, at) => encodeTable(constants, item.payload, into, at),
      };
    }
    case 'vector': {
      const constants = VectorFitted.parse(fitted);
      return {
        layout: vectorLayout(constants),
        encode: (item, into, at) => encodeVector(constants, item, into, at),
      };
    }
    case 'text':
      return {
        layout: textLayout(featuriser.buckets),
        encode: (item, into, at) =>
          encodeText(String(item.payload.text ?? ''), featuriser.buckets, into, at),
      };
  }
}
