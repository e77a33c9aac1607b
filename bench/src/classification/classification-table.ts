import { median } from '../framework/statistics.js';
import type { ClassificationScores, Foreign } from './judge.js';
import type { Contestant } from './posteriors.js';

export type ClassificationResult = ClassificationScores & {
  /** Passes over the training rows until the best validation loss, and in all. */
  readonly epochs: number;
  readonly trainSeconds: number;
  readonly predictSeconds: number;
};

export type ClassificationRow = {
  readonly name: string;
  readonly seeds: number;
  readonly errorPercent: number;
  readonly errorHigh: number;
  readonly errorLow: number;
  readonly nllNats: number;
  readonly ece: number;
  readonly foreign: readonly Foreign[];
  readonly epochs: number;
  readonly trainSeconds: number;
  readonly published: { readonly percent: number; readonly source: string } | null;
};

/** Medians over the seeds; the interval of the error is that of the median seed's test images. */
export function classificationRow(
  name: string,
  results: readonly ClassificationResult[],
  published: ReturnType<NonNullable<Contestant['published']>>,
): ClassificationRow {
  const middle = (pick: (result: ClassificationResult) => number) => median(results.map(pick));
  return {
    name,
    seeds: results.length,
    errorPercent: 100 * middle(({ error }) => error.estimate!),
    errorLow: 100 * middle(({ error }) => error.low),
    errorHigh: 100 * middle(({ error }) => error.high),
    nllNats: middle(({ nllNats }) => nllNats),
    ece: middle(({ ece }) => ece.estimate!),
    foreign: results[0]!.foreign.map(({ name: set }, i) => ({
      name: set,
      epistemicAuroc:
        results[0]!.foreign[i]!.epistemicAuroc === null
          ? null
          : middle(({ foreign }) => foreign[i]!.epistemicAuroc!),
      totalAuroc: middle(({ foreign }) => foreign[i]!.totalAuroc),
    })),
    epochs: middle(({ epochs }) => epochs),
    trainSeconds: middle(({ trainSeconds }) => trainSeconds),
    published,
  };
}

/** The same as a Markdown table: AUROC by epistemic and by total uncertainty. */
export function classificationTable(rows: readonly ClassificationRow[]): string {
  const sets = rows[0]?.foreign.map(({ name }) => name) ?? [];
  const lines = rows.map((row) =>
    [
      row.name,
      `${row.errorPercent.toFixed(2)} (${row.errorLow.toFixed(2)} to ${row.errorHigh.toFixed(2)})`,
      row.published ? row.published.percent.toFixed(2) : '',
      row.nllNats.toFixed(4),
      row.ece.toFixed(4),
      ...row.foreign.map(
        ({ epistemicAuroc, totalAuroc }) =>
          `${epistemicAuroc?.toFixed(3) ?? 'none'} / ${totalAuroc.toFixed(3)}`,
      ),
      row.epochs,
      Math.round(row.trainSeconds),
    ].join(' | '),
  );
  return [
    `| posterior | error %, 95 % interval | published | NLL | ECE | ${sets.map((set) => `${set}: AUROC epistemic / total`).join(' | ')} | epochs | seconds |`,
    `|---|---|---|---|---|${sets.map(() => '---|').join('')}---|---|`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
