import { columnWidth, type TableFitted } from '@dubio/platform';
import { inWords, MOST_COLUMNS } from '../budgets/budgets.js';
import { BadFeaturesError, type FitSource } from './fit-source.js';
import { type Cell, compareNames } from './item-content.js';
import type { FeatureLayout } from './shard-layout.js';

const MAX_CATEGORIES = 64;
const MAX_DISTINCT = 1000;

/** Running figures of one column (Welford's method, so that large values lose nothing). */
class ColumnFigures {
  filled = 0;
  numbers = 0;
  mean = 0;
  private squares = 0;
  private readonly values = new Map<string, number>();
  private tooMany = false;

  add(cell: Cell): void {
    this.filled++;
    if (typeof cell === 'number') {
      this.numbers++;
      const step = cell - this.mean;
      this.mean += step / this.numbers;
      this.squares += step * (cell - this.mean);
    }
    const text = String(cell);
    if (this.values.has(text) || this.values.size < MAX_DISTINCT) {
      this.values.set(text, (this.values.get(text) ?? 0) + 1);
    } else this.tooMany = true;
  }

  get deviation(): number {
    return Math.sqrt(this.squares / this.numbers);
  }
  get distinct(): number {
    return this.tooMany ? Number.POSITIVE_INFINITY : this.values.size;
  }
  /** The most frequent values, by name among equals. */
  commonest(): string[] {
    return [...this.values]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, MAX_CATEGORIES)
      .map(([value]) => value)
      .sort();
  }
}

/** Numbers are standardised, words become one feature per value; both are learned on the pool. */
export async function fitTable(source: FitSource): Promise<TableFitted> {
  const figures = new Map<string, ColumnFigures>();
  let rows = 0;
  for await (const item of source.pool()) {
    rows++;
    for (const [name, cell] of Object.entries(item.payload)) {
      if (cell === null || source.shownColumns.has(name)) continue;
      const column = figures.get(name) ?? new ColumnFigures();
      figures.set(name, column);
      if (figures.size > MOST_COLUMNS) throw tooManyColumns();
      column.add(cell);
    }
  }
  const fitted: TableFitted = { columns: [], ignored: [] };
  for (const name of [...figures.keys()].sort(compareNames)) {
    const column = figures.get(name)!;
    const isNumber = column.numbers === column.filled;
    const missing = column.filled < rows;
    if (column.distinct === 1 && !missing) {
      fitted.ignored.push({ name, reason: 'It has the same value everywhere.' });
    } else if (isNumber) {
      const deviation = column.deviation > 0 ? column.deviation : 1;
      fitted.columns.push({ kind: 'number', name, mean: column.mean, deviation, missing });
    } else if (column.distinct > MAX_DISTINCT) {
      const reason = `It has more than ${MAX_DISTINCT} different words; mark it as text or as shown.`;
      fitted.ignored.push({ name, reason });
    } else {
      fitted.columns.push({ kind: 'category', name, values: column.commonest() });
    }
  }
  if (fitted.columns.length === 0) {
    const reasons = fitted.ignored.map(({ name, reason }) => `${name}: ${reason}`).join(' ');
    throw new BadFeaturesError(
      `No column of the pool can be learned from. ${reasons === '' ? 'The pool is empty.' : reasons}`,
    );
  }
  return fitted;
}

const tooManyColumns = () =>
  new BadFeaturesError(
    `The rows of the pool have more than ${inWords(MOST_COLUMNS)} different columns between them, the most that is taken. Mark those that need not be learned from as shown.`,
  );

export function tableLayout(fitted: TableFitted): FeatureLayout {
  const width = fitted.columns.reduce((sum, column) => sum + columnWidth(column), 0);
  return { shape: [width], dtype: 'float32', scale: 1, offset: 0 };
}

const MEAN_SHIFT = 0.5;
const DEVIATION_RATIO = 2;

/** Same columns of the same kinds, no new value, means and deviations about where they were. */
export function tableHolds(before: TableFitted, now: TableFitted): boolean {
  if (before.columns.length !== now.columns.length) return false;
  return before.columns.every((old, i) => {
    const fresh = now.columns[i]!;
    if (fresh.name !== old.name) return false;
    if (old.kind === 'category') {
      return fresh.kind === 'category' && fresh.values.every((value) => old.values.includes(value));
    }
    if (fresh.kind !== 'number' || (fresh.missing && !old.missing)) return false;
    const ratio = fresh.deviation / old.deviation;
    return (
      Math.abs(fresh.mean - old.mean) <= MEAN_SHIFT * old.deviation &&
      ratio <= DEVIATION_RATIO &&
      ratio >= 1 / DEVIATION_RATIO
    );
  });
}
