import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../framework/bench.js';

/** The sets by the folder they lie in, small ones first. */
export const UCI_SETS = [
  'yacht',
  'bostonHousing',
  'energy',
  'concrete',
  'wine-quality-red',
  'kin8nm',
  'power-plant',
  'naval-propulsion-plant',
  'protein-tertiary-structure',
] as const;

export type UciSetName = (typeof UCI_SETS)[number];

/** One regression set with its fixed splits and the grid of the published experiment. */
export type UciSet = {
  readonly name: UciSetName;
  readonly rows: number;
  /** [rows, features], in the units of the file. */
  readonly features_N_D: Float64Array;
  readonly width: number;
  readonly targets_N: Float64Array;
  readonly splits: readonly {
    readonly train: readonly number[];
    readonly test: readonly number[];
  }[];
  readonly units: number;
  /** Passes of the published runs before their factor of 100. */
  readonly baseEpochs: number;
  readonly rates: readonly number[];
  readonly precisions: readonly number[];
  /** The authors' own figures, split by split; null where their files are not there. */
  readonly authors: {
    readonly rmse: readonly number[];
    readonly logLikelihood: readonly number[];
  } | null;
};

/** @throws UsageError naming the file that is missing or not made of numbers */
export function readUciSet(folder: string, name: UciSetName): UciSet {
  const file = (part: string) => join(folder, name, part);
  const numbers = (part: string) => readNumbers(file(part));
  const table = readLines(file('data.txt'));
  const [target] = numbers('index_target.txt');
  const columns = numbers('index_features.txt');
  const count = numbers('n_splits.txt')[0]!;
  const authors = (what: string) =>
    file(`reference_results/test_${what}_100_xepochs_1_hidden_layers.txt`);
  return {
    name,
    rows: table.length,
    features_N_D: Float64Array.from(table.flatMap((row) => columns.map((c) => row[c]!))),
    width: columns.length,
    targets_N: Float64Array.from(table, (row) => row[target!]!),
    splits: Array.from({ length: count }, (_, i) => ({
      train: numbers(`index_train_${i}.txt`),
      test: numbers(`index_test_${i}.txt`),
    })),
    units: numbers('n_hidden.txt')[0]!,
    baseEpochs: numbers('n_epochs.txt')[0]!,
    rates: numbers('dropout_rates.txt'),
    precisions: numbers('tau_values.txt'),
    authors: existsSync(authors('ll'))
      ? { rmse: readNumbers(authors('MC_rmse')), logLikelihood: readNumbers(authors('ll')) }
      : null,
  };
}

const readNumbers = (file: string): number[] => readLines(file).flat();

function readLines(file: string): number[][] {
  if (!existsSync(file))
    throw new UsageError(`${file} is missing: --data takes the folder with the UCI splits.`);
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line, i) =>
      line
        .trim()
        .split(/\s+/)
        .map((text) => {
          const value = Number(text);
          if (Number.isFinite(value)) return value;
          throw new UsageError(`${file}, line ${i + 1}: expected numbers, got "${text}".`);
        }),
    );
}
