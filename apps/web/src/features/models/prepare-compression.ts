import type { Model, ModelCompression } from '@dubio/contracts';
import { posteriorCan } from '@dubio/contracts/catalogue';
import { formatCount, formatNumber, formatPercent } from '@/lib/format';
import { strings } from './strings';

/** Posteriors that know which of their weights are noise; the others have no compressed model. */
export const canBeCompressed = (model: Model): boolean =>
  posteriorCan(model.spec.posterior.kind).compresses;

type BeforeAfter = ModelCompression['numbers'];

/** "2.5 times fewer bits", or "as many bits" where nothing was left out. */
export function fewerWords({ before, after }: BeforeAfter, what: string): string {
  const ratio = before / Math.max(1, after);
  return before === after
    ? `as many ${what}`
    : `${formatNumber(ratio, ratio < 10 ? 1 : 0)} times fewer ${what}`;
}

/** "64 → 12", or the one number where they are alike. */
export function changeWords({ before, after }: BeforeAfter): string {
  return before === after ? formatCount(after) : `${formatCount(before)} → ${formatCount(after)}`;
}

/** "95.1 %, NLL 0.17", or with an RMSE. */
export function figureWords({ accuracy, rmse, nll }: ModelCompression['full']): string {
  const parts: string[] = [];
  if (accuracy !== null) {
    parts.push(formatPercent(accuracy.value));
  }
  if (rmse !== null) {
    parts.push(`RMSE ${formatNumber(rmse)}`);
  }
  if (nll !== null) {
    parts.push(`NLL ${formatNumber(nll, 3)}`);
  }
  return parts.join(', ');
}

/**
 * Whether the compressed model can be switched on here, and what to say beside the switch;
 * `verdict` stands there already.
 */
export function compressedChoice(
  isOn: boolean,
  model: Pick<Model, 'promoted' | 'compressedModel'>,
  verdict: string,
): { readonly canChange: boolean; readonly note: string } {
  const words = strings.compression.use;
  const { usable, reason } = model.compressedModel;
  const because = reason === verdict ? '' : ` ${reason}`;
  if (isOn) return { canChange: true, note: usable ? words.on : words.fallsBack + because };
  if (!usable) return { canChange: false, note: words.impossible + because };
  return { canChange: model.promoted, note: model.promoted ? words.off : words.notInUse };
}

export type ImportanceCell = { readonly x: number; readonly y: number; readonly share: number };

/**
 * Importance as a picture: of images a pixel a cell, the greatest of its channels; of features a
 * square that is filled row by row. Shares are of the greatest; a feature that is not read has 0.
 */
export function importanceCells(
  importance: readonly number[],
  inputShape: readonly number[],
): { readonly width: number; readonly height: number; readonly cells: readonly ImportanceCell[] } {
  const [height, width] =
    inputShape.length === 3
      ? [inputShape[1] ?? 1, inputShape[2] ?? 1]
      : squareOf(importance.length);
  const greatest = Math.max(...importance, Number.MIN_VALUE);
  const area = inputShape.length === 3 ? width * height : importance.length;
  const cells = Array.from({ length: area }, (_, i) => {
    let most = 0;
    for (let at = i; at < importance.length; at += area) {
      most = Math.max(most, importance[at] ?? 0);
    }
    return { x: i % width, y: Math.floor(i / width), share: most / greatest };
  });
  return { width, height, cells };
}

function squareOf(count: number): [number, number] {
  const width = Math.max(1, Math.ceil(Math.sqrt(count)));
  return [Math.max(1, Math.ceil(count / width)), width];
}
