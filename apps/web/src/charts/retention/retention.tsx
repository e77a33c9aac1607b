'use client';
import { formatNumber } from '@/lib/format';
import { XAxis, YAxis } from '../axes';
import { ChartFrame } from '../chart-frame';
import { prepareRetention, type RetentionChart, type RetentionInput } from './prepare-retention';

/** Accuracy on what the model keeps, against the share that a person takes over. */
export function RetentionCurve({ input }: { readonly input: RetentionInput }) {
  return (
    <ChartFrame
      label={prepareRetention(input, 452).finding}
      initialWidth={452}
      height={(width) => prepareRetention(input, width).height}
      numbers={{
        caption: 'Accuracy by referral, numbers',
        head: ['Referred', 'Accuracy on the rest'],
        rows: input.points.map(({ referred, accuracy }) => [
          formatNumber(referred, 2),
          formatNumber(accuracy, 3),
        ]),
      }}
    >
      {(width) => <Drawing chart={prepareRetention(input, width)} />}
    </ChartFrame>
  );
}

function Drawing({ chart }: { readonly chart: RetentionChart }) {
  const { plot } = chart;
  return (
    <>
      <YAxis plot={plot} ticks={chart.yTicks} />
      <XAxis plot={plot} ticks={chart.xTicks} />
      <path className="base" d={chart.chance.path} />
      <path className="model" d={chart.line} />
      {chart.marks.map((mark) => (
        <circle key={mark.x} className="pt" cx={mark.x} cy={mark.y} r="3">
          <title>{mark.text}</title>
        </circle>
      ))}
      <text className="lab halo" x={plot.right} y={chart.chance.labelY} textAnchor="end">
        referred by chance
      </text>
      <text className="lab halo" x={plot.left + 7} y={plot.top + 4}>
        accuracy on the rest
      </text>
      <text className="lab" x={plot.left - 20} y={plot.bottom + 34}>
        share referred to a person
      </text>
    </>
  );
}
