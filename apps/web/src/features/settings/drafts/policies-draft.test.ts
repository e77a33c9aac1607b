import { Policies } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { acquisitionDraft, readAcquisition } from './acquisition-draft';
import { policiesDraft, readPolicies, readStop, stopDraft, stopFields } from './policies-draft';

const { stop: _, ...policies } = Policies.parse({});

describe('the draft of policies', () => {
  it('leaves half of the queue to training', () => {
    const apart = policiesDraft({ ...policies, controlShare: 0.3, activeTestShare: 0.2 });
    expect(readPolicies(apart)).toMatchObject({ ok: true, value: { activeTestShare: 0.2 } });
    expect(readPolicies({ ...apart, activeTestShare: '20.5' })).toMatchObject({
      errors: { activeTestShare: 'With those drawn at random at most 50 %.' },
    });
  });

  it('switches the label trigger off when its field is empty', () => {
    const read = readPolicies({ ...policiesDraft(policies), retrainAfterLabels: '' });
    expect(read.ok && read.value.retrainAfterLabels).toBeNull();
  });

  it('shows an accuracy in percent, and an RMSE as it is', () => {
    const stop = { ...Policies.parse({}).stop, targetMetric: 0.97, leastGain: 0.005 };
    const [accuracy, rmse] = [stopFields(true, 'nats'), stopFields(false, 'nats')];
    expect(stopDraft(accuracy, stop)).toMatchObject({ targetMetric: '97', leastGain: '0.5' });
    expect(stopDraft(rmse, stop)).toMatchObject({ targetMetric: '0.97', leastGain: '0.005' });
    expect(readStop(accuracy, stopDraft(accuracy, stop))).toEqual({ ok: true, value: stop });
    expect(accuracy.targetMetric.label).not.toBe(rmse.targetMetric.label);
  });
});

describe('the draft of an acquisition', () => {
  it('reads what the rule uses, and leaves the rest', () => {
    const before = { beta: 3, batchSize: 7 };
    const typed = { ...acquisitionDraft(before), beta: '2', batchSize: '5' };
    expect(readAcquisition(typed, 'power-bald', before)).toMatchObject({
      value: { rule: 'power-bald', beta: 2, batchSize: 7 },
    });
    expect(readAcquisition(typed, 'batch-bald', before)).toMatchObject({
      value: { beta: 3, batchSize: 5 },
    });
    expect(readAcquisition({ ...typed, beta: 'x' }, 'random', before)).toMatchObject({
      value: { beta: 3, batchSize: 7 },
    });
  });
});
