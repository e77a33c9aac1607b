import { describe, expect, it, vi } from 'vitest';
import { NumericsError } from '../../errors.js';
import { chooseProviders } from './device.js';

const works = async () => {};
const fails = async () => {
  throw new Error('Failed to load shared library\nat a place');
};

describe('the execution providers', () => {
  it('of the processor are found without looking for CUDA', async () => {
    const look = vi.fn(works);
    expect(await chooseProviders('cpu', look)).toEqual(['cpu']);
    expect(look).not.toHaveBeenCalled();
  });

  it.each(['cuda', 'auto'] as const)('of %s begin with CUDA where it works', async (device) => {
    expect(await chooseProviders(device, works)).toEqual(['cuda', 'cpu']);
  });

  it("of 'auto' are the processor's where CUDA does not work", async () => {
    expect(await chooseProviders('auto', fails)).toEqual(['cpu']);
  });

  it("of 'cuda' are refused where it does not work, with the reason and what to do", async () => {
    const refusal = await chooseProviders('cuda', fails).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NumericsError);
    expect(refusal).toMatchObject({
      code: 'engine_unavailable',
      message: expect.stringMatching(/Failed to load shared library\. .*choose the device 'cpu'/),
    });
  });
});
