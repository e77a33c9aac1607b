import { AppError, Featuriser, type FieldProblem } from '@dubio/contracts';
import { encodeTable, encodeText, TableFitted, VectorFitted } from '@dubio/platform';
import { z } from 'zod';
import type { FeatureSetRow } from '../models/model.repository.js';

export type PredictRow = number[] | Record<string, string | number | null>;

const Shape = z.array(z.int().min(1)).min(1);

const badRow = (index: number, problem: Omit<FieldProblem, 'field'>, name = ''): AppError => {
  const field = `body.rows.${index}${name === '' ? '' : `.${name}`}`;
  return new AppError(
    'model.bad-input',
    `${field}: expected ${problem.expected}, got ${problem.got}.`,
    { fields: [{ field, ...problem }] },
  );
};

type Encode = (row: Record<string, string | number | null>, at: number, index: number) => void;

/** How a named row becomes features, as the feature set of the model did it. */
function encoderOf(set: FeatureSetRow, into: Float32Array): Encode {
  const featuriser = Featuriser.parse(set.featuriser);
  switch (featuriser.kind) {
    case 'table': {
      const fitted = TableFitted.parse(set.fitted);
      return (row, at) => encodeTable(fitted, row, into, at);
    }
    case 'text':
      return (row, at, index) => {
        if (typeof row.text !== 'string') {
          throw badRow(index, { expected: 'a text', got: typeof row.text }, 'text');
        }
        encodeText(row.text, featuriser.buckets, into, at);
      };
    case 'vector': {
      const { columns } = VectorFitted.parse(set.fitted);
      return (row, at, index) => {
        columns.forEach((name, place) => {
          const value = row[name];
          if (typeof value !== 'number') {
            throw badRow(index, { expected: 'a number', got: String(value ?? 'nothing') }, name);
          }
          into[at + place] = value;
        });
      };
    }
    case 'pixels':
      return (_row, _at, index) => {
        throw badRow(index, { expected: 'a list of pixel values', got: 'an object' });
      };
  }
}

/**
 * Features of the rows as the network takes them. Lists are values as the feature set stores them
 * (pixels: bytes, channel by channel); objects are columns by name.
 *
 * @throws AppError model.bad-input, naming the row
 */
export function toFeatures(
  set: FeatureSetRow,
  rows: readonly PredictRow[],
): { features: Float32Array; shape: number[] } {
  const shape = Shape.parse(set.shape);
  const width = shape.reduce((product, size) => product * size, 1);
  const features = new Float32Array(rows.length * width);
  const encode = encoderOf(set, features);
  for (const [index, row] of rows.entries()) {
    if (!Array.isArray(row)) encode(row, index * width, index);
    else if (row.length === width) features.set(row, index * width);
    else throw badRow(index, { expected: `${width} values`, got: `${row.length}` });
  }
  if (set.scale !== 1 || set.offset !== 0) {
    for (let at = 0; at < features.length; at++) {
      features[at] = (features[at] ?? 0) * set.scale + set.offset;
    }
  }
  return { features, shape: [rows.length, ...shape] };
}
