'use client';
import { formatNumber } from '@/lib/format';
import { ChartFrame } from '../chart-frame';
import {
  type Epoch,
  prepareTrainingHistory,
  type TrainingHistory,
} from './prepare-training-history';

export function TrainingHistoryChart({ epochs }: { readonly epochs: readonly Epoch[] }) {
  return (
    <ChartFrame
      label={prepareTrainingHistory(epochs, 452).finding}
      initialWidth={452}
      height={(width) => prepareTrainingHistory(epochs, width).height}
      numbers={{
        caption: 'Loss by epoch, numbers',
        head: ['Epoch', 'Training', 'Validation'],
        rows: epochs.map((epoch) => [
          String(epoch.epoch),
          formatNumber(epoch.loss, 4),
          formatNumber(epoch.validationLoss, 4),
        ]),
      }}
    >
      {(width) => <Drawing chart={prepareTrainingHistory(epochs, width)} />}
    </ChartFrame>
  );
}

function Drawing({ chart }: { readonly chart: TrainingHistory }) {
  const { plot } = chart;
  return (
    <>
      {chart.yTicks.map((tick) => (
        <g key={tick.text}>
          <path className="gr" d={`M${plot.left} ${tick.at}H${plot.right}`} />
          <text x={plot.left - 7} y={tick.at + 4} textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      {chart.xTicks.map((tick) => (
        <text key={tick.text} x={tick.at} y={plot.bottom + 16} textAnchor="middle">
          {tick.text}
        </text>
      ))}
      <path className="ax" d={`M${plot.left} ${plot.bottom}H${plot.right}`} />
      <path className="base" d={chart.validation} />
      <path className="training" d={chart.loss} />
      {chart.labels.map((label) => (
        <text
          key={label.text}
          className={label.validation ? 'lab' : 'lab1'}
          x={label.x}
          y={label.y}
        >
          {label.text}
        </text>
      ))}
      <text className="lab" x={plot.left} y={plot.bottom + 34}>
        epoch; loss in nats
      </text>
    </>
  );
}
