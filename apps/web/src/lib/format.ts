const MINUS = '\u2212';
const NO_VALUE = 'no value';

function realMinus(text: string): string {
  return text.replace('-', MINUS);
}

/** 60000 -> "60,000". */
export function formatCount(count: number): string {
  return realMinus(Math.round(count).toLocaleString('en-US'));
}

/** 3.14159, 2 -> "3.14", with groups of three and a real minus. */
export function formatNumber(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  return realMinus(
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
}

/** 0.9564 -> "95.6 %". */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  const text = formatNumber(share === null || share === undefined ? null : share * 100, digits);
  return text === NO_VALUE ? text : `${text} %`;
}

/** 0.5 -> "+0.5", -0.5 -> "−0.5". */
export function formatSigned(value: number | null | undefined, digits = 1): string {
  const text = formatNumber(value, digits);
  return text === NO_VALUE || text.startsWith(MINUS) ? text : `+${text}`;
}

/** A metric by its name: accuracy as a percentage, an error as a number. */
export function formatMetric(name: 'accuracy' | 'rmse', value: number | null | undefined): string {
  return name === 'accuracy' ? formatPercent(value) : `${formatNumber(value)} RMSE`;
}

/** "1 label", "2 labels". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 1 -> "1st", 12 -> "12th", 23 -> "23rd". */
export function formatOrdinal(rank: number): string {
  const tens = rank % 100;
  const suffix =
    tens >= 11 && tens <= 13 ? 'th' : ((['th', 'st', 'nd', 'rd'] as const)[rank % 10] ?? 'th');
  return `${formatCount(rank)}${suffix}`;
}

/** Seconds in the largest sensible unit: "0.8 s", "41 s", "3 min", "2 h". */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NO_VALUE;
  if (seconds < 10) return `${formatNumber(seconds, 1)} s`;
  if (seconds < 90) return `${formatCount(seconds)} s`;
  if (seconds < 90 * 60) return `${formatCount(seconds / 60)} min`;
  return `${formatCount(seconds / 3600)} h`;
}

/** 1536 -> "1.5 kB", in powers of 1,000. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NO_VALUE;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** "now", "8 min ago", "yesterday", "3 days ago"; for what lies ahead "in 8 min". */
export function formatRelative(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  const ahead = seconds < -30;
  const size = Math.abs(seconds);
  const say = (text: string) => (ahead ? `in ${text}` : `${text} ago`);
  if (size < 45) return ahead ? say(`${Math.round(size)} s`) : 'now';
  if (size < 45 * 60) return say(`${Math.max(1, Math.round(size / 60))} min`);
  if (size < 22 * 3600) return say(`${Math.max(1, Math.round(size / 3600))} h`);
  const days = Math.max(1, Math.round(size / 86_400));
  if (days === 1) return ahead ? 'tomorrow' : 'yesterday';
  return say(`${days} days`);
}

/** The exact time, shown on hover: "23 Nov 2026, 15:42:10". */
export function formatExact(at: Date): string {
  const date = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return `${date}, ${at.toLocaleTimeString('en-GB')}`;
}
