import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMetric,
  formatNumber,
  formatOrdinal,
  formatPercent,
  formatRelative,
  formatSigned,
  plural,
} from './format';

describe('numbers', () => {
  it('are grouped by three, with a real minus', () => {
    expect(formatCount(60_000)).toBe('60,000');
    expect(formatNumber(-1234.5)).toBe('−1,234.50');
    expect(formatSigned(-0.5)).toBe('−0.5');
    expect(formatSigned(6.5)).toBe('+6.5');
  });

  it('have a space before %, and say when there is no value', () => {
    expect(formatPercent(0.9564)).toBe('95.6 %');
    expect(formatPercent(null)).toBe('no value');
    expect(formatNumber(Number.NaN)).toBe('no value');
    expect(formatMetric('rmse', 0.58)).toBe('0.58 RMSE');
    expect(formatMetric('accuracy', 0.741)).toBe('74.1 %');
  });

  it('count words and places', () => {
    expect(plural(1, 'label')).toBe('1 label');
    expect(plural(1200, 'class', 'classes')).toBe('1,200 classes');
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 113].map(formatOrdinal).join(' ')).toBe(
      '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 113th',
    );
  });

  it('take the unit that fits', () => {
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(1536)).toBe('1.5 kB');
    expect(formatBytes(123_400_000)).toBe('123 MB');
    expect(formatDuration(1.94)).toBe('1.9 s');
    expect(formatDuration(41)).toBe('41 s');
    expect(formatDuration(240)).toBe('4 min');
    expect(formatDuration(2 * 3600)).toBe('2 h');
  });
});

describe('times', () => {
  const now = new Date('2026-11-23T15:42:10Z');
  const said = (seconds: number) => formatRelative(new Date(now.getTime() - seconds * 1000), now);
  it('are relative', () => {
    expect(said(3)).toBe('now');
    expect(said(60)).toBe('1 min ago');
    expect(said(8 * 60)).toBe('8 min ago');
    expect(said(60 * 60)).toBe('1 h ago');
    expect(said(26 * 3600)).toBe('yesterday');
    expect(said(3 * 86_400)).toBe('3 days ago');
  });

  it('look ahead as well', () => {
    expect(said(-40)).toBe('in 40 s');
    expect(said(-8 * 60)).toBe('in 8 min');
    expect(said(-24 * 3600)).toBe('tomorrow');
  });
});
