import { PANEL_COLOURS, type Panel, type PanelLine, panelsPicture } from '../framework/panels.js';
import { type Spread, spread } from '../framework/statistics.js';
import { KINDS, type Kind, type WidthResult } from './fit-width.js';

export type WidthPoint = WidthResult & {
  readonly kind: Kind;
  readonly units: number;
  readonly seed: number;
};

export type WidthSummary = {
  readonly kind: Kind;
  readonly units: number;
  readonly rates: readonly Spread[];
  readonly error: Spread;
  readonly nllNats: Spread;
  readonly ece: Spread;
  readonly errorAuroc: Spread;
};

/** Median and middle half over the seeds, by posterior and width. */
export function widthSummaries(points: readonly WidthPoint[]): WidthSummary[] {
  const widths = [...new Set(points.map(({ units }) => units))].sort((a, b) => a - b);
  return KINDS.flatMap((kind) =>
    widths.flatMap((units) => {
      const own = points.filter((point) => point.kind === kind && point.units === units);
      if (own.length === 0) return [];
      return {
        kind,
        units,
        rates: own[0]!.rates.map((_, layer) => spread(own.map(({ rates }) => rates[layer]!))),
        error: spread(own.map(({ error }) => error)),
        nllNats: spread(own.map(({ nllNats }) => nllNats)),
        ece: spread(own.map(({ ece }) => ece)),
        errorAuroc: spread(own.flatMap(({ errorAuroc }) => errorAuroc ?? [])),
      };
    }),
  );
}

/** One line a width: learned rates, then error / NLL / ECE of each posterior. */
export function ratesTable(summaries: readonly WidthSummary[]): string {
  const of = (kind: Kind, units: number) =>
    summaries.find((summary) => summary.kind === kind && summary.units === units)!;
  const widths = [...new Set(summaries.map(({ units }) => units))];
  const lines = widths.map((units) => {
    const scores = KINDS.map((kind) => {
      const { error, nllNats, ece } = of(kind, units);
      return `${(100 * error.median).toFixed(1)} / ${nllNats.median.toFixed(3)} / ${ece.median.toFixed(3)}`;
    });
    const rates = of('concrete-dropout', units).rates.map((rate) => rate.median.toFixed(3));
    const aurocs = KINDS.filter((kind) => kind !== 'point').map((kind) =>
      of(kind, units).errorAuroc.median.toFixed(3),
    );
    return `| ${[units, rates.join(', '), ...scores, aurocs.join(' / ')].join(' | ')} |`;
  });
  return [
    `| units | learned rates | ${KINDS.map((kind) => `${kind}: error % / NLL / ECE`).join(' | ')} | uncertainty finds errors (AUROC), learned / fixed |`,
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** Learned rates, NLL and ECE against width. */
export function ratesPicture(summaries: readonly WidthSummary[], title: string): string {
  const widths = [...new Set(summaries.map(({ units }) => units))];
  const shared = {
    xLabel: 'units of each hidden layer',
    x: [widths[0]!, widths.at(-1)!] as const,
    xTicks: widths.filter((_, i) => i % 2 === 0),
    logX: true as const,
  };
  const concrete = summaries.filter(({ kind }) => kind === 'concrete-dropout');
  const rates = (concrete[0]?.rates ?? []).map((_, layer) =>
    lineOf(
      `rate of layer ${layer + 1}`,
      PANEL_COLOURS[3 + layer]!,
      concrete,
      ({ rates: own }) => own[layer]!,
    ),
  );
  const byKind = (pick: (summary: WidthSummary) => Spread) =>
    KINDS.map((kind, i) =>
      lineOf(
        kind,
        PANEL_COLOURS[i]!,
        summaries.filter((summary) => summary.kind === kind),
        pick,
      ),
    );
  const scale = (lines: readonly PanelLine[]) => {
    const top = Math.max(...lines.flatMap(({ high }) => high ?? []));
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find((size) => top / size <= 5) ?? 2;
    const count = Math.ceil(top / step);
    return {
      y: [0, count * step] as const,
      yTicks: Array.from({ length: count + 1 }, (_, i) => Math.round(100 * i * step) / 100),
    };
  };
  const panel = (name: string, yLabel: string, lines: readonly PanelLine[]): Panel => ({
    ...shared,
    title: name,
    yLabel,
    lines,
    ...scale(lines),
  });
  const nll = byKind(({ nllNats }) => nllNats);
  const ece = byKind((summary) => summary.ece);
  return panelsPicture(
    title,
    [
      {
        ...shared,
        title: 'learned dropout rates',
        yLabel: 'rate',
        lines: rates,
        y: [0, 0.5],
        yTicks: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
      },
      panel('negative log likelihood, test', 'nats', nll),
      panel('expected calibration error, test', 'share', ece),
    ],
    3,
  );
}

function lineOf(
  label: string,
  colour: string,
  summaries: readonly WidthSummary[],
  pick: (summary: WidthSummary) => Spread,
): PanelLine {
  const spreads = summaries.map(pick);
  return {
    label,
    colour,
    x: summaries.map(({ units }) => units),
    y: spreads.map(({ median }) => median),
    low: spreads.map(({ q25 }) => q25),
    high: spreads.map(({ q75 }) => q75),
  };
}
