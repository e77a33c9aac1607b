import { compressionBench } from '../../compression/compression.bench.js';
import type { CompressionRun } from '../../compression/compression-run.js';
import { type Figure, type SuiteEntry, sumOf } from '../entry.js';
import { imageFiles } from './image-files.js';

const SOURCE = 'Louizos, Ullrich & Welling 2017, table 1';

export const compression: SuiteEntry = {
  name: 'compression',
  title: 'Compressed models',
  bench: compressionBench,
  options: (data) => {
    const common = imageFiles(data);
    return {
      short: {
        ...common,
        networks: 'lenet-300-100',
        priors: 'group-normal-jeffreys',
        rows: '20000',
        epochs: '15',
        'warm-up': '5',
        turns: '3',
        runs: 'bench/results/compression-short',
      },
      long: common,
    };
  },
  protocol: {
    short: 'LeNet-300-100 alone, 15 passes over 20,000 rows, one seed',
    long: 'MNIST, 60,000 rows, one seed, last weights kept, thresholds found without the test images',
  },
  hasTable: true,
  seconds: ({ runs }) => sumOf(runs as readonly CompressionRun[], 'trainingSeconds'),
  figures: ({ runs }) =>
    (runs as readonly CompressionRun[]).flatMap(
      ({ network, prior, found, published }): Figure[] => {
        if (!found || !published) return [];
        const speeds = found.speedUp.map(
          ({ batch, ratio }) => `${ratio.median.toFixed(1)}x at batch ${batch}`,
        );
        const name = `${network}, ${prior}`;
        return [
          {
            what: `${name}: architecture`,
            ours: found.architecture,
            published: { value: published.architecture, source: SOURCE },
          },
          {
            what: `${name}: smaller by pruning, with bit widths`,
            ours: `${found.prunedRatio.toFixed(0)}x, ${found.bitsRatio.toFixed(0)}x`,
            published: { value: `${published.pruned}x, ${published.bits}x`, source: SOURCE },
            ...(found.prunedRatio < published.pruned
              ? { remark: 'Trained for fewer passes than published; the divergence still falls.' }
              : {}),
          },
          {
            what: `${name}: test error of the small, rounded network`,
            ours: `${found.error.rounded.toFixed(2)} %`,
            published: { value: `${published.error} %`, source: SOURCE },
            ...(found.error.rounded > published.error + 0.2
              ? { remark: `${found.error.full.toFixed(2)} % before anything was left out.` }
              : {}),
          },
          { what: `${name}: quicker, one core`, ours: speeds.join(', ') },
        ];
      },
    ),
};
