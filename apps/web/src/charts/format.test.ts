import { describe, expect, it } from 'vitest';
import {
  countOf,
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatSigned,
  formatTimeLeft,
} from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers for people', () => {
  it('groups by three and uses a real minus', () => {
    expect(formatCount(60_000)).toBe('60,000');
    expect(formatNumber(-1234.5, 1)).toBe('−1,234.5');
    expect(formatNumber(-0.001, 2)).toBe('0.00');
  });

  it('puts a space before %', () => {
    expect(plain(formatPercent(0.9564))).toBe('95.6 %');
  });

  it('signs a gain, and never signs a zero', () => {
    expect(formatSigned(0.52)).toBe('+0.5');
    expect(formatSigned(-1.24)).toBe('−1.2');
    expect(formatSigned(0.04)).toBe('0.0');
    expect(formatSigned(-0.04)).toBe('0.0');
  });

  it('writes seconds as people say them', () => {
    expect(plain(formatSeconds(0.31))).toBe('0.31 s');
    expect(plain(formatSeconds(2.07))).toBe('2.1 s');
    expect(plain(formatSeconds(41.2))).toBe('41 s');
    expect(plain(formatSeconds(125))).toBe('2 min 5 s');
    expect(plain(formatSeconds(11_400))).toBe('3 h 10 min');
  });

  it('rounds an estimate of the time left', () => {
    expect(plain(formatTimeLeft(23))).toBe('About 25 s left');
    expect(plain(formatTimeLeft(2))).toBe('A few seconds left');
    expect(plain(formatTimeLeft(130))).toBe('About 2 min 15 s left');
  });

  it('counts bytes by thousands', () => {
    expect(plain(formatBytes(531_204))).toBe('531 kB');
    expect(plain(formatBytes(3_940_000))).toBe('3.9 MB');
    expect(plain(formatBytes(999_900))).toBe('1.0 MB');
  });

  it('agrees in number', () => {
    expect(countOf(1, 'label')).toBe('1 label');
    expect(countOf(12, 'label')).toBe('12 labels');
  });
});
