import { describe, expect, it } from 'vitest';
import { ComputeTaskError, lostReason } from '../compute/compute-error.js';
import { causeOf } from './cause.js';

const task = (code: string | null, message: string, name = 'NumericsError') =>
  new ComputeTaskError({ name, code, message, stack: null });

describe('causeOf', () => {
  it('tells what can be tried again from what cannot', () => {
    expect(causeOf(task('non_finite', 'Training diverged'))).toMatchObject({
      code: 'diverged',
      permanent: true,
    });
    expect(causeOf(task('invalid_data', 'value 3 of row 0 is NaN'))).toMatchObject({
      code: 'bad-features',
      permanent: true,
    });
    expect(causeOf(lostReason({ code: null, signal: 'SIGKILL', stderr: '' }, 2048))).toEqual({
      code: 'out-of-memory',
      cause: 'the worker ran out of memory (limit 2 GiB)',
      permanent: false,
    });
    const abort = { code: 134, signal: null, stderr: 'FATAL ERROR: JavaScript heap out of memory' };
    expect(causeOf(lostReason(abort, 512)).code).toBe('out-of-memory');
    expect(causeOf(lostReason({ code: 1, signal: null, stderr: '' }, 512)).code).toBe(
      'worker-lost',
    );
  });

  it('names the part of the work that failed, and judges it the same', () => {
    const whole = task('non_finite', 'Training diverged');
    expect(causeOf(whole.of('The second network'))).toEqual({
      ...causeOf(whole),
      cause: 'The second network: Training diverged',
    });
  });

  it('names a full disk, which is full for a while', () => {
    const cause = 'the disk of the server is full';
    for (const error of [
      task('ENOSPC', 'ENOSPC: no space left on device, write', 'Error'),
      Object.assign(new Error('could not extend file'), { code: '53100' }),
    ]) {
      expect(causeOf(error)).toEqual({ code: 'internal', cause, permanent: false });
    }
  });

  it('keeps the inner words of our own mistakes out of what people read', () => {
    expect(causeOf(new Error('relation "x" does not exist')).cause).toBe(
      'something failed on our side, and was logged',
    );
  });
});
