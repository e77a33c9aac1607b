/** An answer whose storing was acknowledged. */
export type Acknowledged = {
  readonly key: string;
  readonly projectId: string;
  readonly itemId: string;
  readonly userId: string;
  /** Milliseconds of the bench's own clock. */
  readonly atMs: number;
};

/** A stretch of time in which the product could not be up, in milliseconds. */
export type Outage = { readonly fromMs: number; readonly toMs: number };

/**
 * The longest time without an acknowledged label, in seconds, without the stretches in which the
 * product could not be up.
 */
export function longestStall(
  acknowledgedMs: readonly number[],
  run: Outage,
  outages: readonly Outage[],
): number {
  const within = acknowledgedMs.filter((at) => at >= run.fromMs && at <= run.toMs);
  const times = [run.fromMs, ...within.sort((a, b) => a - b), run.toMs];
  let longest = 0;
  for (let i = 1; i < times.length; i++) {
    const [from, to] = [times[i - 1]!, times[i]!];
    longest = Math.max(longest, to - from - overlapOf(outages, { fromMs: from, toMs: to }));
  }
  return longest / 1000;
}

/** Milliseconds of a stretch that lie in outages; they do not overlap each other. */
export const overlapOf = (outages: readonly Outage[], { fromMs, toMs }: Outage): number =>
  outages.reduce(
    (sum, outage) =>
      sum + Math.max(0, Math.min(toMs, outage.toMs) - Math.max(fromMs, outage.fromMs)),
    0,
  );

/** What the annotators were told, from their side of the wire. */
export class Ledger {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers sent again that the server knew already: the first answer to them was lost. */
  repeats = 0;
  undone = 0;
  skipped = 0;
  /** Outcomes refused, and calls that failed, by what they said. */
  readonly refused = new Map<string, number>();
  readonly failures = new Map<string, number>();
  /** Items that somebody was given while another one still held them, as people saw it. */
  servedTwice = 0;
  private readonly holders = new Map<string, Set<string>>();

  count(of: Map<string, number>, what: string): void {
    of.set(what, (of.get(what) ?? 0) + 1);
  }

  hold(itemId: string, userId: string, overlap: number): void {
    const holders = this.holders.get(itemId) ?? new Set();
    this.holders.set(itemId, holders.add(userId));
    if (holders.size > overlap) this.servedTwice += 1;
  }

  letGo(itemId: string, userId: string): void {
    this.holders.get(itemId)?.delete(userId);
  }
}
