import { COLOURS, escapeText, ticks } from '../framework/picture.js';
import {
  medianUncertainties,
  type UncertaintyPoint,
  type UncertaintyRow,
} from './uncertainty-table.js';

const PANEL = { width: 300, height: 300, top: 48, left: 56, gap: 60 };
const WIDTH = 2 * PANEL.width + PANEL.left + PANEL.gap + 130;
const HEIGHT = PANEL.top + PANEL.height + 56;

/**
 * Epistemic uncertainty on the left, aleatoric on the right, against training rows; the noise of
 * the labels as a dashed line.
 */
export function uncertaintyPicture(points: readonly UncertaintyPoint[], noise: number): string {
  const sets = [...medianUncertainties(points)];
  const title = 'Uncertainty against training rows, mean nats per image, median over seeds';
  const right = PANEL.left + PANEL.width + PANEL.gap;
  const legend = sets.map(([set], i) => {
    const top = PANEL.top + 12 + 20 * i;
    const left = right + PANEL.width + 14;
    return `<rect x="${left}" y="${top - 8}" width="14" height="3" fill="${colour(i)}"/><text x="${left + 20}" y="${top - 2}">${escapeText(set)}</text>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${PANEL.left}" y="18" font-size="13">${escapeText(title)}</text>`,
    ...panel(sets, { kind: 'epistemic', left: PANEL.left, line: null }),
    ...panel(sets, { kind: 'aleatoric', left: right, line: noise }),
    ...legend,
    '</svg>',
  ].join('\n')}\n`;
}

type PanelOptions = {
  readonly kind: 'epistemic' | 'aleatoric';
  readonly left: number;
  /** A level drawn across, with the words that explain it. */
  readonly line: number | null;
};

function panel(
  sets: readonly (readonly [string, readonly UncertaintyRow[]])[],
  { kind, left, line }: PanelOptions,
): string[] {
  const all = sets.flatMap(([, rows]) => rows);
  const sizes = [...new Set(all.map(({ rows }) => rows))];
  const [least, most] = [Math.log(Math.min(...sizes)), Math.log(Math.max(...sizes))];
  const top = Math.ceil(Math.max(...all.map((row) => row[kind]), line ?? 0) * 10 + 1e-9) / 10;
  const x = (rows: number) =>
    left + (most > least ? (Math.log(rows) - least) / (most - least) : 0.5) * PANEL.width;
  const y = (nats: number) => PANEL.top + PANEL.height * (1 - nats / top);
  const axis = ticks(0, top, top > 1 ? 0.4 : top > 0.5 ? 0.2 : 0.1).map(
    (nats) =>
      `<line x1="${left}" x2="${left + PANEL.width}" y1="${y(nats).toFixed(1)}" y2="${y(nats).toFixed(1)}" stroke="#dddddd"/><text x="${left - 6}" y="${(y(nats) + 4).toFixed(1)}" text-anchor="end">${nats.toFixed(1)}</text>`,
  );
  const below = sizes.map(
    (rows) =>
      `<text x="${x(rows).toFixed(1)}" y="${PANEL.top + PANEL.height + 18}" text-anchor="middle">${rows.toLocaleString('en')}</text>`,
  );
  const lines = sets.map(([, rows], i) => {
    const places = rows.map((row) => `${x(row.rows).toFixed(1)},${y(row[kind]).toFixed(1)}`);
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour(i)}" stroke-width="2"/>`;
  });
  const level =
    line === null
      ? []
      : [
          `<line x1="${left}" x2="${left + PANEL.width}" y1="${y(line).toFixed(1)}" y2="${y(line).toFixed(1)}" stroke="#444444" stroke-dasharray="4 4"/>`,
          `<text x="${left + 4}" y="${(y(line) - 5).toFixed(1)}" fill="#444444">noise of the labels</text>`,
        ];
  return [
    `<text x="${left}" y="${PANEL.top - 10}" font-weight="600">${kind}</text>`,
    ...axis,
    ...below,
    `<text x="${left + PANEL.width / 2}" y="${PANEL.top + PANEL.height + 40}" text-anchor="middle">training rows</text>`,
    ...lines,
    ...level,
  ];
}

const colour = (i: number): string => COLOURS[i % COLOURS.length]!;
