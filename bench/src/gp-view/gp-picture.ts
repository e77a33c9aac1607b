import { PANEL_COLOURS, type Panel, type PanelLine, panelsPicture } from '../framework/panels.js';
import { type CurveData, EDGE } from './curve-data.js';
import { REACHES } from './gp-claims.js';
import { type View, WIDE_POSTERIORS } from './views.js';

export const ACTIVATIONS = ['relu', 'tanh'] as const;
export const EXACT = 'exact process';

/** What was seen with one seed, by the name of the model. */
export type SeedViews = {
  readonly data: CurveData;
  readonly views: ReadonlyMap<string, View>;
};

type Units = { readonly deep: number; readonly wide: number };

const TITLE = 'Mean and two standard deviations of the function (noise apart)';
const COLUMNS = 4;
const [NETWORK_COLOUR, EXACT_COLOUR] = [PANEL_COLOURS[0]!, PANEL_COLOURS[1]!];

/** A panel for each model; behind wide networks the edges of the exact process. */
export function gpPicture(seed: SeedViews, places: ArrayLike<number>, units: Units): string {
  const x = Array.from(places);
  const exact = seed.views.get(EXACT)!;
  const panels = [...ACTIVATIONS, EXACT, ...WIDE_POSTERIORS].map((name): Panel => {
    const view = seed.views.get(name)!;
    const isWide = WIDE_POSTERIORS.some((kind) => kind === name);
    const network = { ...band(x, view), label: 'network', colour: NETWORK_COLOUR };
    const process = { ...band(x, exact), label: EXACT, colour: EXACT_COLOUR };
    return panelOf(seed, titleOf(name, units), [
      ...(name === EXACT ? [process] : [network]),
      ...(isWide ? edges(process) : []),
    ]);
  });
  return panelsPicture(TITLE, panels, COLUMNS);
}

const band = (x: readonly number[], { mean, deviation }: View): Omit<PanelLine, 'colour'> => ({
  x,
  y: mean,
  low: mean.map((m, i) => m - 2 * deviation[i]!),
  high: mean.map((m, i) => m + 2 * deviation[i]!),
});

const edges = ({ x, low, high, colour }: PanelLine): PanelLine[] =>
  [low!, high!].map((y) => ({ x, y, colour, dashed: true }));

function titleOf(name: string, { deep, wide }: Units): string {
  if (name === EXACT) return 'exact process, arc-cosine kernel';
  return ACTIVATIONS.some((kind) => kind === name)
    ? `5 x ${deep} ${name}, dropout`
    : `${wide} relu, ${name}`;
}

function panelOf({ data }: SeedViews, title: string, lines: readonly PanelLine[]): Panel {
  const reach = EDGE * REACHES.at(-1)!;
  return {
    title,
    xLabel: 'x, in spreads of the data',
    yLabel: 'y',
    x: [-reach, reach],
    y: [-12, 12],
    xTicks: [-9, -6, -3, 0, 3, 6, 9],
    yTicks: [-10, -5, 0, 5, 10],
    lines,
    points: { x: [...data.x], y: [...data.y] },
  };
}
