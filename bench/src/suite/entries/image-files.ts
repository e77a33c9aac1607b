import type { Options } from '../../framework/bench.js';

/** The options that name the four files of a set of images, as they lie below --data. */
export const imageFiles = (
  data: (path: string) => string,
  folder: 'mnist' | 'fashion-mnist' = 'mnist',
): Options => ({
  'train-images': data(`${folder}/train-images-idx3-ubyte.gz`),
  'train-labels': data(`${folder}/train-labels-idx1-ubyte.gz`),
  'test-images': data(`${folder}/t10k-images-idx3-ubyte.gz`),
  'test-labels': data(`${folder}/t10k-labels-idx1-ubyte.gz`),
});
