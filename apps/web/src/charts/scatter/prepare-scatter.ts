import { scaleLinear, scaleLog } from 'd3-scale';
import { formatCount, formatNumber } from '@/lib/format';
import type { AxisTick, PlotArea } from '../axes';
import { stepPath } from '../path';
import { axisTicks, niceCeil, px, type Scale, tickDecimals } from '../scale';
import { contains, type Plane, type Rectangle } from './brush';

export type ScatterPoint = {
  readonly itemId: string;
  readonly epistemic: number;
  readonly aleatoric: number;
  readonly predictedClass: number | null;
};
type Bins = { readonly edges: readonly number[]; readonly counts: readonly number[] };

export type ScatterInput = {
  readonly items: number;
  readonly unit: string;
  /** ln C for C classes: both kinds of uncertainty together never exceed it. null for numbers. */
  readonly ceiling: number | null;
  readonly classes: readonly string[];
  readonly points: readonly ScatterPoint[];
  readonly cellSize: number;
  readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  readonly epistemicHistogram: Bins;
  readonly aleatoricHistogram: Bins;
};

export type ScatterView = {
  readonly width: number;
  readonly hidden: ReadonlySet<number>;
  readonly selection: Rectangle | null;
  readonly selected: number | null;
};

export type Dot = { readonly itemId: string; readonly x: number; readonly y: number };
export type Scatter = {
  readonly height: number;
  readonly narrow: boolean;
  readonly plane: Plane;
  readonly plot: PlotArea;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
  /** One path a level, 1 (few) to 6 (many). */
  readonly density: readonly { readonly level: number; readonly path: string }[];
  readonly legend: { readonly low: string; readonly high: string } | null;
  readonly dots: readonly {
    readonly predictedClass: number | null;
    readonly plain: readonly Dot[];
    readonly chosen: readonly Dot[];
  }[];
  readonly ceiling: {
    readonly path: string;
    readonly x: number;
    readonly y: number;
    readonly anchor: 'start' | 'end';
    readonly text: string;
  } | null;
  readonly top: string;
  readonly right: string;
  readonly brush: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly text: string;
  } | null;
  readonly finding: string;
};

const NARROW = 420;
const LEVELS = 6;
const SIDE = 52;

/** The part of the plane that is drawn: both axes from 0 to just beyond the last item. */
export function scatterPlane(input: ScatterInput): Plane {
  const furthest = (axis: 'x' | 'y') =>
    Math.max(0, ...input.cells.map((cell) => cell[axis] + input.cellSize));
  const x = Math.max(furthest('x'), ...input.points.map((point) => point.aleatoric));
  const y = Math.max(furthest('y'), ...input.points.map((point) => point.epistemic));
  return { xMax: niceCeil(x || 1, 8), yMax: niceCeil(y || 1, 8) };
}

export function prepareScatter(input: ScatterInput, view: ScatterView): Scatter {
  const narrow = view.width < NARROW;
  const plane = scatterPlane(input);
  const left = 34;
  const right = Math.max(left + 80, view.width - (narrow ? 8 : SIDE + 6));
  const top = narrow ? 26 : 44;
  const bottom =
    top +
    (narrow
      ? Math.min(260, right - left + 10)
      : Math.max(300, Math.min(506, (right - left) * 0.98)));
  const x = scaleLinear([0, plane.xMax], [left, right]);
  const y = scaleLinear([0, plane.yMax], [bottom, top]);
  const count = narrow ? 3 : 7;
  return {
    height: px(bottom + 36),
    narrow,
    plane,
    plot: { left, right, top, bottom: px(bottom) },
    x,
    y,
    xTicks: textTicks(x, count),
    yTicks: textTicks(y, 7),
    ...density(input, x, y),
    dots: dots(input, view, { x, y }),
    ceiling: narrow ? null : ceiling(input, { x, y, plane }),
    top: narrow ? '' : sideTop(input.aleatoricHistogram, x, { base: top - 6, height: 36 }),
    right: narrow ? '' : sideRight(input.epistemicHistogram, y, { base: right + 6, width: 44 }),
    brush: brush(view, { x, y }),
    finding: finding(input, view),
  };
}

function textTicks(scale: Scale, count: number): { at: number; text: string }[] {
  const decimals = tickDecimals(scale, count);
  return axisTicks(scale, count).map((value) => ({
    at: px(scale(value)),
    text: formatNumber(value, decimals),
  }));
}

/** Cells by level; levels grow by a constant factor from the emptiest to the fullest cell. */
function density(input: ScatterInput, x: Scale, y: Scale): Pick<Scatter, 'density' | 'legend'> {
  // A handful of items is seen as dots; a cell is shaded once dots would cover each other.
  const least = Math.max(2, Math.ceil(input.items / 8000));
  const shown = input.cells.filter((cell) => cell.count >= least);
  const most = Math.max(least, ...shown.map((cell) => cell.count));
  const levels = scaleLog([least, most], [0, LEVELS]);
  const paths = Array.from({ length: LEVELS }, () => '');
  for (const cell of shown) {
    const level =
      most === least ? LEVELS - 1 : Math.min(LEVELS - 1, Math.floor(levels(cell.count)));
    const [x0, x1] = [px(x(cell.x)), px(x(cell.x + input.cellSize))];
    const [y0, y1] = [px(y(cell.y + input.cellSize)), px(y(cell.y))];
    paths[level] += `M${x0} ${y0}H${x1}V${y1}H${x0}Z`;
  }
  const top = Math.max(least, roundDown(least * (most / least) ** ((LEVELS - 1) / LEVELS)));
  return {
    density: paths
      .map((path, index) => ({ level: index + 1, path }))
      .filter((level) => level.path !== ''),
    legend:
      shown.length === 0
        ? null
        : { low: formatCount(least), high: `${formatCount(top)} and more items in a cell` },
  };
}

function roundDown(value: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)));
  return Math.floor(value / power) * power;
}

function dots(input: ScatterInput, view: ScatterView, at: { x: Scale; y: Scale }): Scatter['dots'] {
  const groups = new Map<number | null, { plain: Dot[]; chosen: Dot[] }>();
  for (const point of input.points) {
    if (point.predictedClass !== null && view.hidden.has(point.predictedClass)) {
      continue;
    }
    const group = groups.get(point.predictedClass) ?? { plain: [], chosen: [] };
    groups.set(point.predictedClass, group);
    const inside =
      view.selection !== null &&
      contains(view.selection, { x: point.aleatoric, y: point.epistemic });
    (inside ? group.chosen : group.plain).push({
      itemId: point.itemId,
      x: px(at.x(point.aleatoric)),
      y: px(at.y(point.epistemic)),
    });
  }
  return [...groups]
    .sort(([a], [b]) => (a ?? -1) - (b ?? -1))
    .map(([predictedClass, group]) => ({ predictedClass, ...group }));
}

function ceiling(
  input: ScatterInput,
  at: { x: Scale; y: Scale; plane: Plane },
): Scatter['ceiling'] {
  const total = input.ceiling;
  if (total === null || total >= at.plane.xMax + at.plane.yMax) {
    return null;
  }
  const from = { x: Math.max(0, total - at.plane.yMax), y: Math.min(at.plane.yMax, total) };
  const to = { x: Math.min(at.plane.xMax, total), y: Math.max(0, total - at.plane.xMax) };
  const middle = { x: at.x((from.x + to.x) / 2), y: at.y((from.y + to.y) / 2) };
  // Beside the line, on the side that still lies on the plane.
  const roomy = middle.x + 40 < endOf(at.x.range());
  return {
    path: `M${px(at.x(from.x))} ${px(at.y(from.y))}L${px(at.x(to.x))} ${px(at.y(to.y))}`,
    x: px(middle.x + (roomy ? 6 : -6)),
    y: px(middle.y + (roomy ? -4 : 14)),
    anchor: roomy ? 'start' : 'end',
    text: `ln ${input.classes.length}`,
  };
}

const endOf = (ends: readonly number[]): number => ends[1] ?? 0;

function sideTop(bins: Bins, x: Scale, at: { base: number; height: number }): string {
  const most = Math.sqrt(Math.max(1, ...bins.counts));
  const end = endOf(x.domain());
  const inside = bins.counts.filter((_, bin) => (bins.edges[bin] ?? 0) < end);
  const tops = inside.map((count) => at.base - (Math.sqrt(count) / most) * at.height);
  return stepPath(
    bins.edges.map((edge) => x(Math.min(edge, end))),
    tops,
    at.base,
  );
}

function sideRight(bins: Bins, y: Scale, at: { base: number; width: number }): string {
  const most = Math.sqrt(Math.max(1, ...bins.counts));
  const first = bins.edges[0];
  if (first === undefined) {
    return '';
  }
  const highest = endOf(y.domain());
  let path = `M${at.base} ${px(y(first))}`;
  let end = first;
  bins.counts.forEach((count, bin) => {
    const low = bins.edges[bin] ?? 0;
    if (low >= highest) {
      return;
    }
    end = Math.min(bins.edges[bin + 1] ?? low, highest);
    const reach = px(at.base + (Math.sqrt(count) / most) * at.width);
    path += `L${reach} ${px(y(low))}L${reach} ${px(y(end))}`;
  });
  return `${path}L${at.base} ${px(y(end))}Z`;
}

function brush(view: ScatterView, at: { x: Scale; y: Scale }): Scatter['brush'] {
  const rectangle = view.selection;
  if (rectangle === null) {
    return null;
  }
  const left = px(at.x(rectangle.xMin));
  const top = px(at.y(rectangle.yMax));
  return {
    x: left,
    y: top,
    width: px(at.x(rectangle.xMax) - left),
    height: px(at.y(rectangle.yMin) - top),
    text: view.selected === null ? '' : `${formatCount(view.selected)} selected`,
  };
}

function finding(input: ScatterInput, view: ScatterView): string {
  const chosen =
    view.selection === null || view.selected === null
      ? ''
      : ` ${formatCount(view.selected)} items are inside the selection.`;
  return `Pool of ${formatCount(input.items)} items: epistemic uncertainty up, aleatoric uncertainty to the right, both in ${input.unit}.${chosen}`;
}

/** The dot nearest to a place on the drawing, if one is within reach. */
export function nearestDot(
  scatter: Scatter,
  at: { x: number; y: number },
  reach = 8,
): { itemId: string; predictedClass: number | null } | null {
  let best: { itemId: string; predictedClass: number | null } | null = null;
  let nearest = reach * reach;
  for (const group of scatter.dots) {
    for (const dot of [...group.plain, ...group.chosen]) {
      const distance = (dot.x - at.x) ** 2 + (dot.y - at.y) ** 2;
      if (distance <= nearest) {
        nearest = distance;
        best = { itemId: dot.itemId, predictedClass: group.predictedClass };
      }
    }
  }
  return best;
}
