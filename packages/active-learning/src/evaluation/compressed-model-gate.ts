import type { ModelCompression } from '@dubio/contracts';
import type { GateVerdict } from './gate.js';

/** Figures of both networks for one field. */
export type FieldFigures = {
  readonly name: string;
  readonly full: ModelCompression['full'];
  readonly compressed: ModelCompression['full'];
};

const LEAST_ROWS = 20;

type Figures = FieldFigures['full'];
type Limit = {
  readonly of: string;
  readonly read: (figures: Figures) => number | null;
  /** The worst that is allowed, of what the full network does. */
  readonly most: (full: number) => number;
  readonly allowed: string;
  readonly show: (value: number) => string;
};

const LIMITS: readonly Limit[] = [
  {
    of: 'error',
    read: ({ accuracy }) => accuracy && 1 - accuracy.value,
    most: (full) => full + 0.01,
    allowed: '1 point',
    show: (share) => `${(100 * share).toFixed(1)} %`,
  },
  {
    of: 'RMSE',
    read: ({ rmse }) => rmse,
    most: (full) => full * 1.02,
    allowed: '2 %',
    show: (value) => String(Number(value.toPrecision(4))),
  },
  {
    of: 'NLL',
    read: ({ nll }) => nll,
    most: (full) => full + 0.05,
    allowed: '0.05',
    show: (value) => value.toFixed(3),
  },
];

/** Limits are decimal numbers, and a rise of exactly one point is no more than one point. */
const ROUNDING = 1e-9;

/**
 * Whether a compressed model may stand for the full one: on at least 20 held-out items, for every
 * field, its error is at most 1 point higher (numbers: its RMSE at most 2 %), and its negative
 * log-likelihood at most 0.05 nats. Both predict with all their samples and without a temperature.
 */
export function compressedModelVerdict(
  heldOut: number,
  fields: readonly FieldFigures[],
): GateVerdict {
  if (heldOut < LEAST_ROWS) {
    const reason = `${heldOut} held-out items are too few to judge it; it takes ${LEAST_ROWS}.`;
    return { passed: false, reason };
  }
  const judged = fields.map((field) => ({ name: field.name, parts: partsOf(field) }));
  const failed = judged.find(({ parts }) => parts.some(({ fits }) => !fits));
  const { name, parts } = failed ?? judged[0]!;
  const shown = failed ? parts.filter(({ fits }) => !fits) : parts;
  const where = fields.length === 1 ? '' : ` and field "${name}"`;
  const said = shown.map(({ sentence }) => sentence).join(', ');
  return {
    passed: failed === undefined,
    reason: `On ${heldOut} held-out items${where}: ${said}.`,
  };
}

function partsOf({ full, compressed }: FieldFigures): { fits: boolean; sentence: string }[] {
  return LIMITS.flatMap(({ of, read, most, allowed, show }) => {
    const [before, after] = [read(full), read(compressed)];
    if (before === null || after === null) return [];
    return [
      {
        fits: after <= most(before) + ROUNDING,
        sentence: `${of} ${show(after)} after ${show(before)} (at most ${allowed} more)`,
      },
    ];
  });
}
