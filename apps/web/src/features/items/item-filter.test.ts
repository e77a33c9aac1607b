import { describe, expect, it } from 'vitest';
import { readFilter, writeFilter } from './item-filter';

describe('the filter of items in the address', () => {
  it('comes back as it was written', () => {
    const filter = { split: 'test', state: 'labelled', externalId: 'a&b' } as const;
    expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
  });

  it('leaves nothing behind when nothing is filtered', () => {
    expect(writeFilter({ split: null, state: null, externalId: '' })).toBe('');
  });

  it('takes no value that does not exist', () => {
    expect(readFilter(new URLSearchParams('split=train&state=lost'))).toEqual({
      split: null,
      state: null,
      externalId: '',
    });
  });
});
