'use client';
import { classColour } from '@/components/ui/chip';
import { formatCount, formatMetric } from '@/lib/format';
import { XAxis, YAxis } from '../axes';
import { ChartFrame } from '../chart-frame';
import { summariseRules } from './aggregate';
import {
  type CurvesInput,
  prepareSimulationCurves,
  type SimulationCurves,
} from './prepare-simulation-curves';
import { ruleName } from './rule-names';

/** One line a rule, drawn on as replays report. */
export function SimulationCurvesChart({ input }: { readonly input: CurvesInput }) {
  return (
    <ChartFrame
      label={prepareSimulationCurves(input, 680).finding}
      initialWidth={680}
      height={(width) => prepareSimulationCurves(input, width).height}
      numbersAt="left"
      numbers={numbersOf(input)}
    >
      {(width) => <Drawing chart={prepareSimulationCurves(input, width)} />}
    </ChartFrame>
  );
}

function numbersOf(input: CurvesInput) {
  const summaries = summariseRules(input.replays);
  const grid = [
    ...new Set(summaries.flatMap((one) => one.points.flatMap((point) => point?.labels ?? []))),
  ].sort((a, b) => a - b);
  return {
    caption: 'Medians by labels, numbers',
    head: ['Labels', ...summaries.map((summary) => ruleName(summary.rule))],
    rows: grid.map((labels) => [
      formatCount(labels),
      ...summaries.map((summary) =>
        formatMetric(
          input.metricName,
          summary.points.find((point) => point?.labels === labels)?.median,
        ),
      ),
    ]),
  };
}

function Drawing({ chart }: { readonly chart: SimulationCurves }) {
  const { plot } = chart;
  return (
    <>
      <YAxis plot={plot} ticks={chart.yTicks} />
      <XAxis plot={plot} ticks={chart.xTicks} />
      <text
        className="lab"
        x={(plot.left + plot.right) / 2}
        y={plot.bottom + 36}
        textAnchor="middle"
      >
        labels
      </text>
      {chart.curves.map((curve) => (
        <CurveOf key={curve.rule} curve={curve} />
      ))}
      <Target chart={chart} />
      {chart.narrow ? null : <NamesOf chart={chart} />}
    </>
  );
}

function CurveOf({ curve }: { readonly curve: SimulationCurves['curves'][number] }) {
  const colour = classColour(curve.colour);
  return (
    <>
      <path className={`fc ${colour}`} opacity=".16" d={curve.band} />
      <path
        className={`sc ${colour}`}
        fill="none"
        strokeWidth={curve.strong ? 2.2 : 1.4}
        strokeLinejoin="round"
        d={curve.line}
        {...(curve.dashed ? { strokeDasharray: '5 4' } : {})}
      />
      {curve.dots.map((dot, index) => (
        <circle
          key={dot.x}
          className={`fc chart-dot ${colour}`}
          cx={dot.x}
          cy={dot.y}
          // The newest point of a line is seen while it grows; the others answer the pointer only.
          r={index === curve.dots.length - 1 ? 2.4 : 5}
          opacity={index === curve.dots.length - 1 ? 1 : 0}
        >
          <title>{dot.text}</title>
        </circle>
      ))}
    </>
  );
}

function Target({ chart }: { readonly chart: SimulationCurves }) {
  const { plot, target } = chart;
  if (target === null) {
    return null;
  }
  return (
    <>
      <path className="target" strokeWidth="1.5" d={`M${plot.left} ${target.y}H${plot.right}`} />
      <text className="halo" x={plot.left + 5} y={target.y - 6}>
        {target.text}
      </text>
      {chart.markers.map((marker) => (
        <g key={marker.rule}>
          <path
            className={`sc ${classColour(marker.colour)}`}
            strokeDasharray="2 3"
            d={`M${marker.x} ${marker.y}V${plot.bottom}`}
          />
          <circle
            className={`fc ${classColour(marker.colour)}`}
            cx={marker.x}
            cy={marker.y}
            r="3.5"
          >
            <title>{`${ruleName(marker.rule)}: ${marker.text}`}</title>
          </circle>
          <text
            className="lab1 halo-wide"
            x={marker.textX}
            y={plot.bottom - marker.lift}
            textAnchor={marker.anchor}
          >
            {marker.text}
          </text>
        </g>
      ))}
    </>
  );
}

function NamesOf({ chart }: { readonly chart: SimulationCurves }) {
  return chart.curves.map((curve) =>
    curve.labelY === null ? null : (
      <g key={curve.rule}>
        <circle
          className={`fc ${classColour(curve.colour)}`}
          cx={chart.plot.right + 12}
          cy={curve.labelY}
          r="3.5"
        />
        <text
          className={curve.strong ? 'lab1' : 'lab'}
          x={chart.plot.right + 20}
          y={curve.labelY + 4}
        >
          {curve.name}
          {curve.inUse ? ', in use' : ''}
        </text>
      </g>
    ),
  );
}
