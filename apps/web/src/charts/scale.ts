export type Scale = ((value: number) => number) & {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  invert(position: number): number;
};

/** A straight map from values to positions; an empty domain lands in the middle of the range. */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  const span = to - from;
  const scale = (value: number) =>
    span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start);
  return Object.assign(scale, {
    domain,
    range,
    invert: (position: number) =>
      end === start ? from : from + ((position - start) / (end - start)) * span,
  });
}

/** The round step (1, 2 or 5 times a power of ten) that cuts a span into about `count` parts. */
export function niceStep(span: number, count: number): number {
  if (!(span > 0) || !Number.isFinite(span)) {
    return 1;
  }
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const fraction = raw / power;
  // A hair above a round step is rounding dust, not a wider step.
  const nice = [1, 2, 5].find((step) => fraction <= step + 1e-9) ?? 10;
  return nice * power;
}

/** Round values from `from` to `to`, both included when they are multiples of the step. */
export function ticks(from: number, to: number, count: number): number[] {
  const step = niceStep(to - from, count);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const values: number[] = [];
  for (let index = first; index <= last; index += 1) {
    // Multiplying keeps 0.30000000000000004 out; toPrecision cuts what is left of it.
    values.push(Number((index * step).toPrecision(12)));
  }
  return values;
}

/** The smallest multiple of the nice step that holds `value`. */
export function niceCeil(value: number, count = 5): number {
  if (!(value > 0)) {
    return 1;
  }
  const step = niceStep(value, count);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12));
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** One decimal of a pixel is enough, and keeps the markup short and stable. */
export const px = (value: number): number => Math.round(value * 10) / 10;

/**
 * The axis of an accuracy: it may start above 0, at a whole step below the lowest value, so that it
 * keeps still while rounds come in and its lower end carries a tick.
 */
export function accuracyDomain(lowest: number): [number, number] {
  const step = lowest < 0.6 ? 0.2 : 0.1;
  const floor = Math.floor(lowest / step + 1e-9) * step;
  return [Number(clamp(floor, 0, 0.9).toFixed(1)), 1];
}
