const NO_BREAK = '\u00a0';
const MINUS = '\u2212';
const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** "60,000" */
export const formatCount = (value: number): string => groups.format(value).replace('-', MINUS);

/** A number with fixed decimals, groups of three and a real minus. */
export function formatNumber(value: number, decimals: number): string {
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text.replace('-', MINUS);
}

/** A share as "95.6 %". */
export const formatPercent = (share: number, decimals = 1): string =>
  `${formatNumber(share * 100, decimals)}${NO_BREAK}%`;

/** A difference with its sign: "+0.5", "−1.2", "0.0". */
export function formatSigned(value: number, decimals = 1): string {
  const text = formatNumber(value, decimals);
  const zero = Number(value.toFixed(decimals)) === 0;
  return value > 0 && !zero ? `+${text}` : text;
}

/** Doubt: two decimals, the unit is written by the caller. */
export const formatDoubt = (value: number): string => formatNumber(value, 2);

/** "41 s", "2 min 5 s", "3 h 10 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) {
    return `${formatNumber(seconds, seconds < 0.95 ? 2 : 1)}${NO_BREAK}s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole}${NO_BREAK}s`;
  }
  if (whole < 3600) {
    const rest = whole % 60;
    const minutes = `${Math.floor(whole / 60)}${NO_BREAK}min`;
    return rest === 0 ? minutes : `${minutes} ${rest}${NO_BREAK}s`;
  }
  const minutes = Math.round(whole / 60) % 60;
  const hours = `${Math.floor(Math.round(whole / 60) / 60)}${NO_BREAK}h`;
  return minutes === 0 ? hours : `${hours} ${minutes}${NO_BREAK}min`;
}

/** Time still to go, never more exact than an estimate can be. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 5) {
    return `A few seconds left`;
  }
  const step = seconds < 60 ? 5 : seconds < 600 ? 15 : 60;
  return `About ${formatSeconds(Math.max(step, Math.round(seconds / step) * step))} left`;
}

/** "531 kB": powers of 1,000, as file managers count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${formatNumber(value, decimals)}${NO_BREAK}${units[unit]}`;
}

/** A noun with its count: "1 label", "12 labels". */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
