import { stream, uniform } from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

/**
 * Images [N, 1, H, W] of bytes turned by an angle about their middle, by bilinear interpolation;
 * outside is 0.
 */
export function rotated(dataset: Dataset, degrees: number): Dataset {
  const { features } = dataset;
  const [, height, width] = features.shape as [number, number, number];
  const data = new Uint8Array(features.data.length);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  for (let row = 0; row < features.rows; row++) {
    const image = features.data.subarray(row * height * width, (row + 1) * height * width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dy, dx] = [y - middleY, x - middleX];
        const value = bilinear(image, { height, width }, [
          middleY + cos * dy - sin * dx,
          middleX + sin * dy + cos * dx,
        ]);
        data[(row * height + y) * width + x] = Math.round(value);
      }
    }
  }
  return { ...dataset, features: { ...features, data } };
}

function bilinear(
  image: ArrayLike<number>,
  { height, width }: { height: number; width: number },
  [y, x]: readonly [number, number],
): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let value = 0;
  for (const [at, share] of [
    [top, 1 - (y - top)],
    [top + 1, y - top],
  ] as const) {
    for (const [from, part] of [
      [left, 1 - (x - left)],
      [left + 1, x - left],
    ] as const) {
      const inside = at >= 0 && at < height && from >= 0 && from < width;
      if (inside) value += share * part * image[at * width + from]!;
    }
  }
  return value;
}

/** With probability `share`, a label is replaced by one drawn evenly from all classes. */
export function withNoisyLabels(dataset: Dataset, share: number, name: string): Dataset {
  const source = stream(0).split('label noise').split(name);
  const { rows } = dataset.features;
  const [thrown, drawn] = [
    uniform(source.split('thrown'), rows),
    uniform(source.split('class'), rows),
  ];
  const labels = dataset.labels.map((label, row) =>
    thrown[row]! < share ? Math.floor(drawn[row]! * dataset.classes) : label,
  );
  return { ...dataset, labels };
}

/**
 * Entropy of such a label when the item's true class is certain: the aleatoric uncertainty that no
 * data removes, nats.
 */
export function noiseEntropy(share: number, classes: number): number {
  const other = share / classes;
  const own = 1 - share + other;
  const term = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
  return term(own) + (classes - 1) * term(other);
}
