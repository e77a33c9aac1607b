/**
 * Mixes items drawn at random evenly into the wanted ones, so that any stretch of the queue holds their share:
 * the k-th of m random items stands at place floor((k + 1/2) n / m) of n.
 */
export function interleave(
  wanted: readonly number[],
  control: readonly number[],
): { place: number; control: boolean }[] {
  const length = wanted.length + control.length;
  const slots = new Set(control.map((_, k) => Math.floor(((k + 0.5) * length) / control.length)));
  let nextWanted = 0;
  let nextControl = 0;
  return Array.from({ length }, (_, i) => {
    if (slots.has(i)) return { place: control[nextControl++]!, control: true };
    return { place: wanted[nextWanted++]!, control: false };
  });
}
