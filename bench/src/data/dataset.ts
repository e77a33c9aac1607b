import { type FeatureMatrix, fillNormal, stream, subset } from '@dubio/bayes-core';
import { UsageError } from '../framework/bench.js';
import { readIdx } from './idx.js';

/** Items with known classes. */
export type Dataset = {
  readonly features: FeatureMatrix;
  readonly labels: Int32Array;
  readonly classes: number;
};

export function readImages(imagesFile: string, labelsFile: string): Dataset {
  const images = readIdx(imagesFile);
  const labels = readIdx(labelsFile);
  const [rows, height, width] = images.shape;
  if (images.shape.length !== 3 || labels.shape.length !== 1 || labels.shape[0] !== rows)
    throw new UsageError(
      `${imagesFile} and ${labelsFile}: expected N images and N labels, got [${images.shape}] and [${labels.shape}].`,
    );
  return {
    features: { data: images.data, rows: rows!, shape: [1, height!, width!], scale: 1 / 255 },
    labels: Int32Array.from(labels.data),
    classes: labels.data.reduce((a, b) => Math.max(a, b), 0) + 1,
  };
}

/**
 * The same items with mean 0 and spread 1: over all values for images, column by column for tables.
 */
export function standardise(dataset: Dataset, from: Dataset = dataset): Dataset {
  const { mean, deviation } = pixelMoments(from.features);
  const { features } = dataset;
  if (!(features.data instanceof Uint8Array)) return dataset;
  const scale = features.scale ?? 1;
  return {
    ...dataset,
    features: { ...features, scale: scale / deviation, offset: -mean / deviation },
  };
}

function pixelMoments({ data, scale = 1 }: FeatureMatrix): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    sum += data[i]!;
    squares += data[i]! * data[i]!;
  }
  const mean = sum / data.length;
  const deviation = Math.sqrt(Math.max(0, squares / data.length - mean * mean)) || 1;
  return { mean: mean * scale, deviation: deviation * scale };
}

/** The items at `positions`, in that order. */
export function takeRows(dataset: Dataset, positions: ArrayLike<number>): Dataset {
  const { features, labels } = dataset;
  const size = features.shape.reduce((product, n) => product * n, 1);
  const length = positions.length * size;
  const data =
    features.data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  for (let i = 0; i < positions.length; i++)
    data.set(features.data.subarray(positions[i]! * size, (positions[i]! + 1) * size), i * size);
  return {
    ...dataset,
    features: { ...features, data, rows: positions.length },
    labels: Int32Array.from(positions, (n) => labels[n]!),
  };
}

/** The first `count` items. */
export const firstItems = (dataset: Dataset, count: number): Dataset =>
  itemsFrom(dataset, 0, count);

/** The last `count` items. */
export function lastItems(dataset: Dataset, count: number): Dataset {
  const { rows } = dataset.features;
  return itemsFrom(dataset, Math.max(0, rows - count), count);
}

/** Views on the same bytes, not copies. */
function itemsFrom(dataset: Dataset, from: number, count: number): Dataset {
  const { features, labels } = dataset;
  const to = Math.min(features.rows, from + count);
  const size = features.shape.reduce((product, n) => product * n, 1);
  const data = features.data.subarray(from * size, to * size);
  return {
    ...dataset,
    features: { ...features, data, rows: to - from },
    labels: labels.subarray(from, to),
  };
}

export type Copying = { readonly copies: number; readonly noise: number; readonly seed: number };

/**
 * Every item several times over, each value with normal noise of its own: a pool full of near
 * duplicates, on which rules that do not look at the batch as a whole waste labels (Kirsch et al.
 * 2019, section 4.2). All items come once before any comes again.
 */
export function noisyCopies(dataset: Dataset, { copies, noise, seed }: Copying): Dataset {
  const { features, labels } = dataset;
  const { data: values, scale = 1, offset = 0, shape, rows } = features;
  const data = new Float32Array(copies * values.length);
  fillNormal(stream(seed).split('noise of copies'), data, noise);
  for (let i = 0; i < data.length; i++) data[i]! += values[i % values.length]! * scale + offset;
  return {
    ...dataset,
    features: { data, rows: copies * rows, shape },
    labels: Int32Array.from({ length: copies * rows }, (_, i) => labels[i % rows]!),
  };
}

/** Splits off a share of the items by chance, for sets that come without a test file. */
export function splitTest(dataset: Dataset, fraction: number): { pool: Dataset; test: Dataset } {
  const { rows } = dataset.features;
  const order = subset(stream(0).split('test split'), rows, rows);
  const testRows = Math.round(rows * fraction);
  if (testRows < 1 || testRows >= rows)
    throw new UsageError(`--test-fraction must leave items on both sides, got ${fraction}.`);
  return {
    test: takeRows(dataset, order.subarray(0, testRows)),
    pool: takeRows(dataset, order.subarray(testRows)),
  };
}
