import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ResultState } from './result-state.js';

const folder = mkdtempSync(join(tmpdir(), 'dubio-bench-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('ResultState', () => {
  const out = join(folder, 'a.json');

  it('computes each result once, also after a stop', async () => {
    let calls = 0;
    const compute = async () => ++calls;
    const first = new ResultState<number>(out, { size: 1 });
    expect(await first.resume('x', compute)).toBe(1);
    expect(await first.resume('x', compute)).toBe(1);
    const again = new ResultState<number>(out, { size: 1 });
    expect(await again.resume('x', compute)).toBe(1);
    expect(await again.resume('y', compute)).toBe(2);
    expect(again.find('z')).toBeUndefined();
  });

  it('keeps nothing of what failed, and refuses other settings', async () => {
    const state = new ResultState<number>(out, { size: 1 });
    await expect(state.resume('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(state.find('bad')).toBeUndefined();
    expect(() => new ResultState(out, { size: 2 })).toThrow(/other settings/);
  });
});
