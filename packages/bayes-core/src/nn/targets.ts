import { NumericsError } from '../errors.js';
import type { FeatureMatrix } from './features.js';
import { headsOf } from './heads.js';
import type { ModelSpec, SingleOutputSpec } from './spec.js';

/** Known answers to one question, row by row. */
export type SingleTargets =
  /** Class indexes. */
  | { readonly kind: 'class'; readonly values: Int32Array }
  | { readonly kind: 'number'; readonly values: Float64Array }
  /** [N, L]: 1 where a choice was made, 0 where not. */
  | { readonly kind: 'choices'; readonly values: Uint8Array };

/** Known answers to one question, or to each of several in the order of the spec. */
export type Targets =
  | SingleTargets
  | { readonly kind: 'fields'; readonly fields: readonly SingleTargets[] };

/** Items with their answers. */
export type LabelledRows = {
  readonly features: FeatureMatrix;
  readonly targets: Targets;
  /**
   * How much each row counts, [R], positive; only their ratios matter. Without them all rows count
   * alike.
   */
  readonly weights?: ArrayLike<number> | undefined;
};

/** target = mean + deviation * standardised; 0 and 1 for what is no number. */
export type TargetScale = {
  readonly mean: number;
  readonly deviation: number;
  /** Scales of several fields, in their order. */
  readonly fields?: readonly TargetScale[];
};

/**
 * Mean and standard deviation of training numbers, so that networks always learn values near 0 with
 * spread 1.
 * @throws invalid_data when all numbers are the same
 */
export function targetScale(targets: Targets): TargetScale {
  if (targets.kind === 'fields')
    return { mean: 0, deviation: 1, fields: targets.fields.map(targetScale) };
  if (targets.kind !== 'number') return { mean: 0, deviation: 1 };
  const { values } = targets;
  const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length);
  if (!(deviation > 0)) {
    throw new NumericsError(
      'invalid_data',
      `Training numbers: expected at least two different values, got only ${values[0]}; nothing can be learned from a constant.`,
      { mean },
    );
  }
  return { mean, deviation };
}

/**
 * The scale of rows that lie in several places, as if they lay in one. @throws invalid_data when
 * all numbers are the same
 */
export function pooledScale(parts: readonly Targets[]): TargetScale {
  const [first] = parts;
  if (first?.kind === 'fields') {
    const fields = first.fields.map((_, k) =>
      pooledScale(parts.flatMap((part) => (part.kind === 'fields' ? part.fields[k]! : []))),
    );
    return { mean: 0, deviation: 1, fields };
  }
  const values = parts.flatMap((part) => (part.kind === 'number' ? Array.from(part.values) : []));
  return first?.kind === 'number'
    ? targetScale({ kind: 'number', values: Float64Array.from(values) })
    : { mean: 0, deviation: 1 };
}

/** The scale of head number `index`. */
export function headScale(scale: TargetScale, index: number): TargetScale {
  return scale.fields ? scale.fields[index]! : scale;
}

/** The answers to each question. */
export function headTargets(targets: Targets): readonly SingleTargets[] {
  return targets.kind === 'fields' ? targets.fields : [targets];
}

/** The answers about one row alone. */
export function targetsOfRow(targets: Targets, row: number, rows: number): Targets {
  if (targets.kind === 'fields') {
    return { kind: 'fields', fields: targets.fields.map((own) => singleOfRow(own, row, rows)) };
  }
  return singleOfRow(targets, row, rows);
}

function singleOfRow(targets: SingleTargets, row: number, rows: number): SingleTargets {
  const width = targets.values.length / rows;
  const values = targets.values.subarray(row * width, (row + 1) * width);
  return { kind: targets.kind, values } as SingleTargets;
}

/**
 * Refuses answers that do not fit the spec or the rows.
 * @throws invalid_data naming the first bad row
 */
export function checkTargets(targets: Targets, rows: number, spec: ModelSpec, what: string): void {
  const { output } = spec;
  if ((targets.kind === 'fields') !== (output.kind === 'fields'))
    throw wrongKind(what, output.kind, targets.kind);
  const heads = headsOf(output);
  const all = headTargets(targets);
  if (all.length !== heads.length) {
    throw new NumericsError(
      'invalid_data',
      `${what}: expected answers to ${heads.length} fields, got ${all.length}.`,
      { expected: heads.length, got: all.length },
    );
  }
  heads.forEach((head, i) => {
    checkSingle(all[i]!, rows, head.output, head.name ? `${what}, field '${head.name}'` : what);
  });
}

function checkSingle(
  targets: SingleTargets,
  rows: number,
  output: SingleOutputSpec,
  what: string,
): void {
  if (targets.kind !== output.kind) throw wrongKind(what, output.kind, targets.kind);
  const width = output.kind === 'choices' ? output.choices : 1;
  if (targets.values.length !== rows * width || rows === 0) {
    const each = width === 1 ? 'one answer' : `${width} answers`;
    throw new NumericsError(
      'invalid_data',
      `${what}: expected ${each} for each of ${rows} rows (at least one), got ${targets.values.length}.`,
      { rows, got: targets.values.length },
    );
  }
  const { expected, fits } = domainOf(output);
  const at = targets.values.findIndex((y) => !fits(y));
  if (at < 0) return;
  const row = Math.floor(at / width);
  throw new NumericsError(
    'invalid_data',
    `${what}: row ${row} expected ${expected}, got ${targets.values[at]}.`,
    { row, expected, got: targets.values[at] },
  );
}

function domainOf(output: SingleOutputSpec): { expected: string; fits: (y: number) => boolean } {
  switch (output.kind) {
    case 'class':
      return {
        expected: `a class from 0 to ${output.classes - 1}`,
        fits: (y) => y >= 0 && y < output.classes,
      };
    case 'choices':
      return { expected: '0 or 1 for each choice', fits: (y) => y === 0 || y === 1 };
    case 'number':
      return { expected: 'a finite number', fits: Number.isFinite };
  }
}

function wrongKind(what: string, expected: string, got: string): NumericsError {
  return new NumericsError(
    'invalid_data',
    `${what}: the model answers with a ${expected}, the targets are of kind ${got}.`,
    { expected, got },
  );
}
