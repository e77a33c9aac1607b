'use client';
import { formatCount, formatNumber } from '@/lib/format';
import { ChartFrame } from '../chart-frame';
import {
  type Bin,
  prepareReliability,
  type Reliability,
  type ReliabilityInput,
} from './prepare-reliability';

/** Confidence against accuracy, before and after temperature, with counts under the bins. */
export function ReliabilityChart({ input }: { readonly input: ReliabilityInput }) {
  return (
    <ChartFrame
      label={prepareReliability(input, 452).finding}
      initialWidth={452}
      height={(width) => prepareReliability(input, width).height}
      numbersAt="left"
      numbers={{
        caption: 'Reliability, numbers',
        head: ['Bin', 'Items before', 'Accuracy before', 'Items after', 'Accuracy after'],
        rows: input.before.bins.map((bin, index) => {
          const after = input.after?.bins[index];
          return [
            `${formatNumber(bin.low, 2)} to ${formatNumber(bin.high, 2)}`,
            formatCount(bin.count),
            rate(bin),
            formatCount(after?.count ?? 0),
            after === undefined ? 'no value' : rate(after),
          ];
        }),
      }}
    >
      {(width) => <Drawing chart={prepareReliability(input, width)} />}
    </ChartFrame>
  );
}

const rate = (bin: Bin): string =>
  bin.accuracy === null
    ? 'no value'
    : `${formatNumber(bin.accuracy.value, 2)} (${formatNumber(bin.accuracy.low, 2)} to ${formatNumber(bin.accuracy.high, 2)})`;

function Drawing({ chart }: { readonly chart: Reliability }) {
  const { plot } = chart;
  const angle = `translate(${plot.left + (plot.right - plot.left) * 0.065} ${plot.bottom - 6}) rotate(${chart.diagonalAngle})`;
  return (
    <>
      {chart.ticks.map((tick) => (
        <g key={tick.text}>
          <path
            className="gr"
            d={`M${plot.left} ${tick.y}H${plot.right}M${tick.x} ${plot.top}V${plot.bottom}`}
          />
          <text x={plot.left - 7} y={tick.y + 4} textAnchor="end">
            {tick.text}
          </text>
          <text x={tick.x} y={chart.countsBottom + 16} textAnchor="middle">
            {tick.text}
          </text>
        </g>
      ))}
      <path className="target" strokeWidth="1.5" d={chart.diagonal} />
      {plot.right - plot.left > 320 ? <text transform={angle}>perfectly calibrated</text> : null}
      <SeriesOf series={chart.before} before />
      {chart.after === null ? null : <SeriesOf series={chart.after} before={false} />}
      <LabelOf label={chart.labels.before} className="lab halo" />
      <LabelOf label={chart.labels.after} className="lab1 halo" />
      {chart.bars.map((bar) => (
        <rect
          key={`${bar.after}${bar.x}`}
          className={bar.after ? 'count-after' : 'count-before'}
          x={bar.x}
          y={bar.y}
          width={bar.width}
          height={bar.height}
        >
          <title>{bar.text}</title>
        </rect>
      ))}
      <LabelOf label={chart.largest} className="" />
      <LabelOf label={chart.countsCaption} className="" />
      <path
        className="ax"
        d={`M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}M${plot.left} ${chart.countsBottom}H${plot.right}`}
      />
      <text className="lab" x={plot.right} y={chart.countsBottom + 34} textAnchor="end">
        confidence
      </text>
      <text className="lab" x={0} y={plot.top - 10}>
        accuracy
      </text>
    </>
  );
}

function SeriesOf(props: { readonly series: Reliability['before']; readonly before: boolean }) {
  const { series, before } = props;
  return (
    <>
      {series.marks.map((mark) => (
        <path
          key={mark.x}
          className={before ? 'whisker before' : 'whisker'}
          d={`M${mark.x} ${mark.low}V${mark.high}`}
        />
      ))}
      <path className={before ? 'base' : 'model'} d={series.line} />
      {series.marks.map((mark) => (
        <circle key={mark.x} className={before ? 'ptb' : 'pt'} cx={mark.x} cy={mark.y} r="3.5">
          <title>{mark.text}</title>
        </circle>
      ))}
    </>
  );
}

function LabelOf(props: {
  readonly label: Reliability['labels']['before'];
  readonly className: string;
}) {
  return props.label === null ? null : (
    <text
      className={props.className}
      x={props.label.x}
      y={props.label.y}
      textAnchor={props.label.anchor}
    >
      {props.label.text}
    </text>
  );
}
