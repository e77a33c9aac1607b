import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from './new-id.js';

describe('newId', () => {
  it('is a UUID of version 7 that tells its time', () => {
    const id = newId(0x0192_f3a4_b5c6);
    expect(z.uuidv7().safeParse(id).success).toBe(true);
    expect(id.startsWith('0192f3a4-b5c6-7')).toBe(true);
  });
  it('sorts by time and never repeats', () => {
    const ids = Array.from({ length: 2000 }, (_, ms) => newId(1_700_000_000_000 + ms));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 2000 }, () => newId())).size).toBe(2000);
  });
});
