/**
 * Mixes items that are set apart (control and active-test items) evenly into the wanted ones, so
 * that any stretch of the queue holds their share: the k-th of m stands at place floor((k + 1/2) n
 * / m) of n.
 */
export function interleave<Item>(wanted: readonly Item[], apart: readonly Item[]): Item[] {
  const length = wanted.length + apart.length;
  const slots = new Set(apart.map((_, k) => Math.floor(((k + 0.5) * length) / apart.length)));
  let nextWanted = 0;
  let nextApart = 0;
  return Array.from({ length }, (_, i) =>
    slots.has(i) ? apart[nextApart++]! : wanted[nextWanted++]!,
  );
}
