'use client';
import { formatCount, formatNumber, formatPercent } from '@/lib/format';
import { XAxis, YAxis } from '../axes';
import { ChartFrame, type NumbersTable } from '../chart-frame';
import type { CurveInput } from './curve-types';
import { prepareLearningCurve } from './prepare-learning-curve';

export function LearningCurveChart({ input }: { readonly input: CurveInput }) {
  return (
    <ChartFrame
      label={prepareLearningCurve(input, 640).finding}
      initialWidth={634}
      height={(width) => prepareLearningCurve(input, width).height}
      numbers={numbersOf(input)}
    >
      {(width) => <Drawing input={input} width={width} />}
    </ChartFrame>
  );
}

function Drawing({ input, width }: { readonly input: CurveInput; readonly width: number }) {
  const curve = prepareLearningCurve(input, width);
  const { plot } = curve;
  return (
    <>
      <YAxis plot={plot} ticks={curve.yTicks} />
      <XAxis plot={plot} ticks={curve.xTicks} />
      <text
        className="lab"
        x={(plot.left + plot.right) / 2}
        y={plot.bottom + 36}
        textAnchor="middle"
      >
        labels
      </text>
      {curve.target === null ? null : (
        <>
          <path
            className="target"
            strokeWidth="2"
            d={`M${plot.left} ${curve.target.y}H${plot.right}`}
          />
          <text x={curve.target.x} y={curve.target.textY}>
            {curve.target.text}
          </text>
        </>
      )}
      <path className="band" d={curve.band} />
      <path className="base" d={curve.baseline} />
      <path className="model" d={curve.line} />
      {curve.points.map((point) => (
        <circle className="pt chart-new" key={point.round} cx={point.x} cy={point.y} r="3.5">
          <title>{point.text}</title>
        </circle>
      ))}
      {curve.pending === null ? null : (
        <>
          <path className="pend" d={`M${curve.pending.x} ${plot.top}V${plot.bottom}`} />
          <text
            className="halo"
            x={curve.pending.textX}
            y={plot.bottom - 8}
            textAnchor={curve.pending.anchor}
          >
            {curve.pending.text}
          </text>
        </>
      )}
      <Names curve={curve} />
    </>
  );
}

function Names({ curve }: { readonly curve: ReturnType<typeof prepareLearningCurve> }) {
  return (
    <>
      {curve.bandLabel === null ? null : (
        <>
          <path className="ax" d={curve.bandLabel.lead} />
          <Lines at={curve.bandLabel} gap={14} className="halo" firstClassName="halo" />
        </>
      )}
      {curve.baselineLabel === null ? null : (
        <Lines at={curve.baselineLabel} gap={14} className="halo" firstClassName="lab halo" />
      )}
      {curve.last === null ? null : (
        <text
          className="lab1 halo"
          x={curve.last.x}
          y={curve.last.y}
          textAnchor={curve.last.anchor}
        >
          {curve.last.text}
        </text>
      )}
      {curve.name === null ? null : (
        <text className="lab1 halo" x={curve.name.x} y={curve.name.y} textAnchor="end">
          This project
        </text>
      )}
    </>
  );
}

function Lines(props: {
  readonly at: { readonly x: number; readonly y: number; readonly lines: readonly string[] };
  readonly gap: number;
  readonly className: string;
  readonly firstClassName: string;
}) {
  return props.at.lines.map((line, index) => (
    <text
      key={line}
      className={index === 0 ? props.firstClassName : props.className}
      x={props.at.x}
      y={props.at.y + index * props.gap}
    >
      {line}
    </text>
  ));
}

function numbersOf(input: CurveInput): NumbersTable {
  const write = (value: number | null) =>
    value === null
      ? 'no value'
      : input.metricName === 'accuracy'
        ? formatPercent(value)
        : formatNumber(value, 3);
  return {
    caption: 'Learning curve, numbers',
    head: ['Round', 'Labels', input.metricName === 'accuracy' ? 'Accuracy' : 'RMSE', 'Low', 'High'],
    rows: input.rounds.map((round) => [
      String(round.round),
      formatCount(round.labels),
      write(round.metric),
      write(round.low),
      write(round.high),
    ]),
  };
}
