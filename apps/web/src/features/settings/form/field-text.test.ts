import { describe, expect, it } from 'vitest';
import { moveDecimalPoint, readField, readNumber, writeField } from './field-text';

const share = { type: 'number', label: 'Share', shown: 'percent', min: 0, max: 0.5 } as const;

describe('readNumber', () => {
  it('takes groups of three and a real minus', () => {
    expect(readNumber('60,000', { type: 'whole', min: 1, max: 1e6 }).value).toBe(60_000);
    expect(readNumber('−2.5', { type: 'number', min: -5, max: 5 }).value).toBe(-2.5);
  });

  it.each([
    [{ type: 'whole', min: 1, max: 1000 }, 'A whole number from 1 to 1,000.'],
    [{ type: 'number', min: 0, max: 0.5 }, 'A number from 0 to 0.5.'],
    [{ type: 'number', above: 0, max: 1 }, 'A number above 0, up to 1.'],
    [{ type: 'number', above: 0, below: 1 }, 'A number above 0, below 1.'],
    [{ type: 'number', min: 0, below: 1 }, 'A number from 0, below 1.'],
    [{ type: 'optional-whole', min: 1 }, 'A whole number from 1 up.'],
    [{ type: 'optional-number', above: 0 }, 'A number above 0.'],
    [{ type: 'whole', max: 10_000 }, 'A whole number up to 10,000.'],
    [{ type: 'number' }, 'A number.'],
    [share, 'A number from 0 to 50.'],
  ] as const)('says what may be typed for %j', (field, words) => {
    expect(readNumber('x', field).error).toBe(words);
  });

  it('leaves out what a bound leaves out', () => {
    const rate = { type: 'number', above: 0, below: 1 } as const;
    for (const text of ['0', '1', '-1', 'Infinity', '']) {
      expect(readNumber(text, rate).value).toBeNull();
    }
    expect(readNumber('5e-324', rate).value).toBe(Number.MIN_VALUE);
  });

  it('takes nothing for nothing only where that is allowed', () => {
    expect(readNumber(' ', { type: 'optional-number', min: 1 })).toEqual({
      value: null,
      error: null,
    });
    expect(readNumber(' ', { type: 'number', min: 1 }).error).not.toBeNull();
  });
});

describe('a share', () => {
  it('is shown in percent, and typed so', () => {
    expect(writeField(share, 0.07)).toBe('7');
    expect(readField(share, '12.5').value).toBe(0.125);
    expect(readField(share, '1e1').value).toBe(0.1);
    for (const text of ['0x10', '.', '-', 'e5']) {
      expect(readField(share, text).error).not.toBeNull();
    }
  });

  it('is not rounded on the way', () => {
    for (const value of [0.1 + 0.2, 0.123456789012345, 1e-7, Number.MIN_VALUE, 0]) {
      expect(readField(share, writeField(share, value)).value).toBe(value);
    }
  });
});

it('a decimal point is moved through any number', () => {
  expect(moveDecimalPoint('1e-7', 2)).toBe('0.00001');
  expect(moveDecimalPoint('-1.5', 2)).toBe('-150');
  expect(moveDecimalPoint('50', -2)).toBe('0.5');
  expect(moveDecimalPoint('.5', -2)).toBe('0.005');
  expect(Number(moveDecimalPoint('1.7e308', -2))).toBe(1.7e306);
  expect(Number(moveDecimalPoint('1e-300', 2))).toBe(1e-298);
});

describe('sizes', () => {
  const hidden = { type: 'sizes', label: 'H', min: 1, max: 4096, fewest: 1, most: 6 } as const;
  const field = { ...hidden, default: [128] };
  it('are a list with commas', () => {
    expect(readField(field, '64, 32,16').value).toEqual([64, 32, 16]);
    for (const text of ['', 'wide', '64,', '5000', '1,2,3,4,5,6,7']) {
      expect(readField(field, text).error).toBe(
        '1 to 6 whole numbers from 1 to 4,096, with commas between.',
      );
    }
  });
});
