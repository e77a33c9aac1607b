import { escapeText } from './picture.js';

/** A line, with the area between two values around it where there is one. */
export type PanelLine = {
  readonly label?: string;
  readonly colour: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  readonly dashed?: true;
};

export type Panel = {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Values outside are cut off at the frame. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** Equal factors are equal distances. */
  readonly logX?: true;
  readonly lines: readonly PanelLine[];
  readonly points?: { readonly x: readonly number[]; readonly y: readonly number[] };
};

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [250, 190, 56, 30, 14, 42];
const [CELL_WIDTH, CELL_HEIGHT, HEAD, LEGEND] = [
  LEFT + WIDTH + RIGHT,
  TOP + HEIGHT + BOTTOM,
  30,
  26,
];

/** Readable on light pages and dark ones: the reader's own setting decides. */
const STYLE = `<style>.ground{fill:#fff}.ink{fill:#1b1b1b}.grid{stroke:#ddd}.dot{fill:#1b1b1b}
@media (prefers-color-scheme:dark){.ground{fill:#14171a}.ink{fill:#e8e8e8}.grid{stroke:#3a3f44}.dot{fill:#e8e8e8}}</style>`;

/**
 * Blue, orange, green, pink, yellow: Okabe and Ito's, of those that stand out on light and on dark.
 */
export const PANEL_COLOURS = ['#1f8fd6', '#d55e00', '#009e73', '#cc79a7', '#c98a00', '#7a7fd1'];

/** Charts side by side under one title, with one legend for all labels, as a stand-alone SVG. */
export function panelsPicture(title: string, panels: readonly Panel[], columns: number): string {
  const rows = Math.ceil(panels.length / columns);
  const labels = new Map(
    panels.flatMap(({ lines }) => lines.flatMap((l) => (l.label ? [[l.label, l.colour]] : []))),
  );
  const width = columns * CELL_WIDTH + 10;
  const height = HEAD + rows * CELL_HEIGHT + (labels.size > 0 ? LEGEND : 0);
  const cells = panels.map((panel, i) => {
    const [left, top] = [(i % columns) * CELL_WIDTH, HEAD + Math.floor(i / columns) * CELL_HEIGHT];
    return `<g transform="translate(${left + LEFT} ${top + TOP})">${drawn(panel, i)}</g>`;
  });
  let at = LEFT;
  const legend = [...labels].map(([label, colour]) => {
    const x = at;
    at += 34 + 6.6 * label.length;
    return `<rect x="${x}" y="${height - 18}" width="14" height="4" fill="${colour}"/><text class="ink" x="${x + 19}" y="${height - 12}">${escapeText(label)}</text>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}" font-family="system-ui, sans-serif" font-size="11">`,
    STYLE,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="ink" x="14" y="20" font-size="13">${escapeText(title)}</text>`,
    ...cells,
    ...legend,
    '</svg>',
  ].join('\n')}\n`;
}

function drawn(panel: Panel, index: number): string {
  const { title, xLabel, yLabel, lines, points, xTicks, yTicks } = panel;
  const scaled = panel.logX ? Math.log : (value: number) => value;
  const [from, to] = panel.x.map(scaled) as [number, number];
  const x = (value: number) => (((scaled(value) - from) / (to - from)) * WIDTH).toFixed(1);
  const [low, high] = panel.y;
  const y = (value: number) => (HEIGHT * (1 - (value - low) / (high - low))).toFixed(1);
  const path = (xs: readonly number[], ys: readonly number[]) =>
    xs.map((value, i) => `${x(value)},${y(ys[i]!)}`);
  const clip = `panel-${index}`;
  const areas = lines.flatMap(({ colour, x: xs, low: lows, high: highs }) => {
    if (!lows || !highs) return [];
    const edge = [...path(xs, highs), ...path(xs, lows).reverse()].join(' ');
    return [`<polygon points="${edge}" fill="${colour}" opacity="0.25"/>`];
  });
  const strokes = lines.map(
    ({ colour, x: xs, y: ys, dashed }) =>
      `<polyline points="${path(xs, ys).join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
  );
  const dots = (points?.x ?? []).map(
    (value, i) => `<circle class="dot" cx="${x(value)}" cy="${y(points!.y[i]!)}" r="1.3"/>`,
  );
  return [
    `<text class="ink" y="-8" font-weight="600">${escapeText(title)}</text>`,
    ...yTicks.map(
      (tick) =>
        `<line class="grid" x2="${WIDTH}" y1="${y(tick)}" y2="${y(tick)}"/><text class="ink" x="-6" y="${y(tick)}" dy="4" text-anchor="end">${tick.toLocaleString('en')}</text>`,
    ),
    ...xTicks.map(
      (tick) =>
        `<text class="ink" x="${x(tick)}" y="${HEIGHT + 15}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
    ),
    `<text class="ink" x="${WIDTH / 2}" y="${HEIGHT + 32}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text class="ink" transform="translate(-44 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    `<clipPath id="${clip}"><rect width="${WIDTH}" height="${HEIGHT}"/></clipPath>`,
    `<g clip-path="url(#${clip})">`,
    ...areas,
    ...strokes,
    ...dots,
    '</g>',
  ].join('\n');
}
