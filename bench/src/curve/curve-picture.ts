import { COLOURS, escapeText, ticks } from '../framework/picture.js';
import type { MedianCurve } from './labels-needed.js';

const WIDTH = 760;
const HEIGHT = 440;
const MARGIN = { top: 28, right: 150, bottom: 46, left: 56 };

/** Median learning curves with the middle half of the seeds as bands, as a stand-alone SVG. */
export function curvePicture(curves: readonly MedianCurve[], title: string): string {
  const all = curves.flatMap(({ points }) => points);
  if (all.length === 0) return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>\n';
  const xMin = Math.min(...all.map(({ labels }) => labels));
  const xMax = Math.max(...all.map(({ labels }) => labels), xMin + 1);
  const yMin = Math.floor(Math.min(...all.map(({ low }) => low)) * 10) / 10;
  const x = (labels: number) =>
    MARGIN.left + ((labels - xMin) / (xMax - xMin)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (accuracy: number) =>
    HEIGHT -
    MARGIN.bottom -
    ((accuracy - yMin) / (1 - yMin)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const at = (labels: number, accuracy: number) =>
    `${x(labels).toFixed(1)},${y(accuracy).toFixed(1)}`;
  const colour = (i: number) => COLOURS[i % COLOURS.length]!;
  const bands = curves.map(({ points }, i) => {
    const edge = [
      ...points.map((p) => at(p.labels, p.high)),
      ...[...points].reverse().map((p) => at(p.labels, p.low)),
    ];
    return `<polygon points="${edge.join(' ')}" fill="${colour(i)}" opacity="0.12"/>`;
  });
  const lines = curves.map(
    ({ points }, i) =>
      `<polyline points="${points.map((p) => at(p.labels, p.median)).join(' ')}" fill="none" stroke="${colour(i)}" stroke-width="2"/>`,
  );
  const legend = curves.map(({ rule }, i) => {
    const top = MARGIN.top + 12 + 20 * i;
    const left = WIDTH - MARGIN.right + 14;
    return `<rect x="${left}" y="${top - 8}" width="14" height="3" fill="${colour(i)}"/><text x="${left + 20}" y="${top - 2}">${escapeText(rule)}</text>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="16" font-size="13">${escapeText(title)}</text>`,
    ...ticks(yMin, 1, 0.1).map(
      (value) =>
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="#dddddd"/><text x="${MARGIN.left - 8}" y="${y(value) + 4}" text-anchor="end">${Math.round(value * 100)} %</text>`,
    ),
    ...ticks(Math.ceil(xMin / 20) * 20, xMax, stepOf(xMax - xMin)).map(
      (value) =>
        `<text x="${x(value)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${value}</text>`,
    ),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">labels</text>`,
    ...bands,
    ...lines,
    ...legend,
    '</svg>',
  ].join('\n')}\n`;
}

const stepOf = (range: number): number => (range > 400 ? 100 : range > 160 ? 40 : 20);
