import { type ScaleLinear, scaleLinear } from 'd3-scale';

/** A straight map from values to positions; an empty domain lands in the middle of the range. */
export type Scale = ScaleLinear<number, number>;

/**
 * How many ticks to ask d3 for, which gives about as many: no more than one above `count` come, as
 * their texts need room.
 * @see docs/decisions/0063
 */
function askFor(scale: Scale, count: number): number {
  let asked = count;
  while (asked > 1 && scale.ticks(asked).length > count + 1) {
    asked -= 1;
  }
  return asked;
}

/** Round values of an axis: `count` parts at most. */
export const axisTicks = (scale: Scale, count: number): number[] =>
  scale.ticks(askFor(scale, count));

/** The round end of an axis from 0 that holds `value`. */
export function niceCeil(value: number, count = 5): number {
  if (!(value > 0)) {
    return 1;
  }
  // A hair above a tick is rounding dust, not a longer axis.
  const scale = scaleLinear([0, Number(value.toPrecision(12))], [0, 1]);
  const [, end = value] = scale.nice(askFor(scale, count)).domain();
  return end;
}

/** Decimals that tell the ticks of an axis apart, two at most. */
export function tickDecimals(scale: Scale, count: number): number {
  const [first = 0, second = 1] = axisTicks(scale, count);
  const step = second - first + 1e-9;
  return step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
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
