import { describe, expect, it } from 'vitest';
import { prepareTrainingHistory } from './prepare-training-history';

const epoch = (number: number, loss: number, validationLoss: number | null = null) => ({
  epoch: number,
  loss,
  validationLoss,
});

describe('prepareTrainingHistory', () => {
  it('starts the loss axis at 0', () => {
    const chart = prepareTrainingHistory([epoch(1, 2.3), epoch(2, 1.1)], 400);
    expect(chart.yTicks[0]).toEqual({ at: chart.plot.bottom, text: '0' });
  });

  it('does not join the validation loss across epochs in which it was not measured', () => {
    const chart = prepareTrainingHistory(
      [epoch(1, 2, 2), epoch(2, 1.5, 1.8), epoch(3, 1.2), epoch(4, 1, 1.5), epoch(5, 0.9, 1.4)],
      400,
    );
    expect(chart.validation.split('M')).toHaveLength(3);
    expect(chart.loss.split('M')).toHaveLength(2);
  });

  it('keeps the two names apart when the lines end together', () => {
    const chart = prepareTrainingHistory([epoch(1, 2, 2), epoch(2, 0.05, 0.05)], 400);
    const [training, validation] = chart.labels;
    expect(Math.abs((training?.y ?? 0) - (validation?.y ?? 0))).toBeGreaterThanOrEqual(12.9);
  });

  it('says so when nothing was recorded', () => {
    expect(prepareTrainingHistory([], 400).finding).toContain('Nothing was recorded');
  });
});
