'use client';
import { formatNumber } from '@/lib/format';
import { XAxis, YAxis } from '../axes';
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
      <YAxis plot={plot} ticks={chart.yTicks} />
      <XAxis plot={plot} ticks={chart.xTicks} />
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
