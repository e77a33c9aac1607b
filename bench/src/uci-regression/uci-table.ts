import type { UciPublished } from './published.js';
import type { SplitResult } from './run-split.js';

export type MeanWithError = { readonly mean: number; readonly standardError: number };

/** One figure of one set beside the authors' on the very same splits. */
export type UciFigure = {
  readonly ours: MeanWithError;
  /**
   * The authors' mean over the splits that we ran too, with the standard error over all of theirs.
   */
  readonly authors: MeanWithError;
  /**
   * Ours minus theirs, split by split: what the draw of the splits adds to both falls away. Null
   * without their files.
   */
  readonly difference: MeanWithError | null;
  readonly verdict: 'within' | 'better' | 'worse';
};

export type UciSummary = {
  readonly set: string;
  readonly splits: number;
  readonly ofSplits: number;
  readonly rmse: UciFigure;
  readonly logLikelihood: UciFigure;
  readonly bestLogLikelihood: number;
  readonly seconds: number;
};

/**
 * Mean and sqrt(1/n sum (x - mean)^2) / sqrt(n), the standard error as the authors' script takes
 * it.
 */
export function meanWithError(values: readonly number[]): MeanWithError {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  return { mean, standardError: Math.sqrt(variance / n) };
}

type SummaryInput = {
  readonly set: string;
  readonly ofSplits: number;
  /** By split, from the first on without gaps. */
  readonly results: readonly SplitResult[];
  readonly published: UciPublished;
  readonly authors: {
    readonly rmse: readonly number[];
    readonly logLikelihood: readonly number[];
  } | null;
};

export function uciSummary({
  set,
  ofSplits,
  results,
  published,
  authors,
}: SummaryInput): UciSummary {
  const figure = (name: 'rmse' | 'logLikelihood', sign: 1 | -1): UciFigure => {
    const own = results.map((result) => result[name]);
    const theirs = authors?.[name].slice(0, own.length);
    const [mean, standardError] = published[name];
    const ours = meanWithError(own);
    const compared = { mean: theirs ? meanWithError(theirs).mean : mean, standardError };
    const gain = sign * (ours.mean - compared.mean);
    return {
      ours,
      authors: compared,
      difference: theirs ? meanWithError(own.map((x, i) => x - theirs[i]!)) : null,
      verdict: Math.abs(gain) <= standardError ? 'within' : gain > 0 ? 'better' : 'worse',
    };
  };
  return {
    set,
    splits: results.length,
    ofSplits,
    rmse: figure('rmse', -1),
    logLikelihood: figure('logLikelihood', 1),
    bestLogLikelihood: published.bestLogLikelihood,
    seconds: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

/** The same as a Markdown table. */
export function uciTable(summaries: readonly UciSummary[]): string {
  const cells = ({ ours, authors, difference, verdict }: UciFigure) => [
    shown(ours),
    shown(authors),
    difference ? `${difference.mean > 0 ? '+' : ''}${shown(difference)}` : '',
    verdict,
  ];
  const lines = summaries.map((summary) =>
    [
      summary.set,
      `${summary.splits} of ${summary.ofSplits}`,
      ...cells(summary.rmse),
      ...cells(summary.logLikelihood),
      summary.bestLogLikelihood,
      summary.seconds,
    ].join(' | '),
  );
  return [
    '| set | splits | RMSE | authors | paired difference | | log likelihood | authors | paired difference | | best of any method | seconds |',
    `|---|${'---|'.repeat(11)}`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

function shown({ mean, standardError }: MeanWithError): string {
  const digits = Math.abs(mean) < 0.002 && mean !== 0 ? 6 : Math.abs(mean) < 0.2 ? 4 : 3;
  return `${mean.toFixed(digits)} ± ${standardError.toFixed(digits)}`;
}
