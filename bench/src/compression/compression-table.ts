import type { CompressionRun } from './compression-run.js';

/** Everything as Markdown: ours and what was published, a line for each network and prior. */
export function compressionTable(runs: readonly CompressionRun[]): string {
  const lines = runs.map(({ network, prior, found, published, errorOfBase, trainingSeconds }) => {
    const name = `${network}, ${prior}`;
    const seconds = trainingSeconds.toFixed(0);
    if (!found) return [name, '', '', '', `${errorOfBase!.toFixed(2)}`, '', '', seconds];
    const beside = (ours: string, theirs: string | number | undefined) =>
      theirs === undefined ? ours : `${ours} (${theirs})`;
    const { full, small, rounded } = found.error;
    const errors = [full, small, rounded].map((error) => error.toFixed(2)).join(', ');
    const speeds = [1, 256].map((batch) => {
      const { ratio } = found.speedUp.find((each) => each.batch === batch)!;
      return `${ratio.median.toFixed(1)} (${ratio.q25.toFixed(1)} to ${ratio.q75.toFixed(1)})`;
    });
    return [
      name,
      beside(found.architecture, published?.architecture),
      beside(`${found.prunedRatio.toFixed(1)}x`, published && `${published.pruned}x`),
      beside(`${found.bitsRatio.toFixed(0)}x`, published && `${published.bits}x`),
      beside(errors, published?.error),
      ...speeds,
      seconds,
    ];
  });
  return [
    '| network, prior | architecture (published) | pruned | in bits | error %: full, small, rounded (published) | quicker at batch 1 | at batch 256 | training, processor seconds |',
    '|---|---|---|---|---|---|---|---|',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
