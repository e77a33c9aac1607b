import { scaleLinear } from 'd3-scale';
import { formatCount, formatNumber } from '@/lib/format';
import type { AxisTick, PlotArea } from '../axes';
import { linePath } from '../path';
import { axisTicks, niceCeil, px, tickDecimals } from '../scale';

export type Epoch = {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number | null;
};

export type TrainingHistory = {
  readonly height: number;
  readonly plot: PlotArea;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
  readonly loss: string;
  readonly validation: string;
  readonly labels: readonly {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly validation: boolean;
  }[];
  readonly finding: string;
};

/** Training loss by epoch, with the validation loss where one was measured. */
export function prepareTrainingHistory(epochs: readonly Epoch[], width: number): TrainingHistory {
  const plot = { left: 34, right: Math.max(90, width - 74), top: 10, bottom: 120 };
  const known = epochs.filter((epoch) => Number.isFinite(epoch.loss));
  const last = known.at(-1);
  const xEnd = Math.max(1, last?.epoch ?? 1);
  const values = known.flatMap((epoch) => [epoch.loss, epoch.validationLoss ?? 0]);
  const yEnd = niceCeil(Math.max(0, ...values) || 1, 4);
  const x = scaleLinear([known[0]?.epoch ?? 0, xEnd], [plot.left, plot.right]);
  const y = scaleLinear([0, yEnd], [plot.bottom, plot.top]);
  const decimals = tickDecimals(y, 4);
  const measured = known.filter((epoch) => epoch.validationLoss !== null).at(-1);
  return {
    height: plot.bottom + 38,
    plot,
    xTicks: axisTicks(x, 5).map((value) => ({
      at: px(x(value)),
      text: formatCount(value),
    })),
    yTicks: axisTicks(y, 4).map((value) => ({
      at: px(y(value)),
      text: formatNumber(value, decimals),
    })),
    loss: linePath(
      epochs.map((epoch) =>
        Number.isFinite(epoch.loss) ? { x: x(epoch.epoch), y: y(epoch.loss) } : null,
      ),
    ),
    validation: linePath(
      epochs.map((epoch) =>
        epoch.validationLoss === null ? null : { x: x(epoch.epoch), y: y(epoch.validationLoss) },
      ),
    ),
    labels: endLabels(last, measured, { x: plot.right + 6, y, plot }),
    finding:
      last === undefined
        ? 'Training loss by epoch. Nothing was recorded.'
        : `Training loss by epoch: ${formatNumber(known[0]?.loss, 2)} to ${formatNumber(last.loss, 2)} nats after ${formatCount(last.epoch)} epochs.`,
  };
}

function endLabels(
  last: Epoch | undefined,
  measured: Epoch | undefined,
  at: { x: number; y: (value: number) => number; plot: TrainingHistory['plot'] },
): TrainingHistory['labels'] {
  const labels = [];
  if (last !== undefined) {
    labels.push({ x: at.x, y: px(at.y(last.loss) + 4), text: 'training', validation: false });
  }
  if (measured?.validationLoss != null) {
    labels.push({
      x: at.x,
      y: px(at.y(measured.validationLoss) + 4),
      text: 'validation',
      validation: true,
    });
  }
  const [first, second] = labels;
  if (first !== undefined && second !== undefined && Math.abs(first.y - second.y) < 13) {
    const upper = first.y <= second.y ? first : second;
    const lower = upper === first ? second : first;
    lower.y = Math.min(at.plot.bottom + 4, upper.y + 13);
    upper.y = Math.min(upper.y, lower.y - 13);
  }
  return labels;
}
