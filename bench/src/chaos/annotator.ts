import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Sequence, stream } from '@dubio/bayes-core';
import { isDubioError } from '@dubio/sdk';
import type { Ledger } from './ledger.js';
import { CHOICES, type Person } from './workplace.js';

export type Pace = { readonly leastMs: number; readonly mostMs: number };

type Held = { readonly leaseId: string; readonly itemId: string };

const HOLD = 2;
const SKIP_SHARE = 0.03;
const UNDO_SHARE = 0.02;
const EMPTY_MS = 2000;
const AGAIN_MS = 500;
const AGAIN_MOST_MS = 4000;

/** What may be sent again: no answer, or an answer that says "later" or "my fault". */
const mayPass = (error: unknown): boolean =>
  isDubioError(error) && (error.status === 0 || error.status === 429 || error.status >= 500);

/** A person at a screen, as a good client is: every call is sent until it is answered. */
export class Annotator {
  private readonly draws: Sequence;
  private held: Held[] = [];

  constructor(
    private readonly person: Person,
    private readonly ledger: Ledger,
    private readonly options: { readonly pace: Pace; readonly seed: number },
  ) {
    this.draws = new Sequence(stream(options.seed).split('annotator').split(person.userId));
  }

  /** Works until `leave` fires, then finishes the call under way; `giveUp` ends even that. */
  async work(leave: AbortSignal, giveUp: AbortSignal): Promise<void> {
    // Nobody starts at the same moment as everybody else.
    await this.think(leave);
    while (!leave.aborted) {
      if (this.held.length === 0) await this.lease(giveUp);
      const [next] = this.held;
      if (next === undefined) {
        await pause(EMPTY_MS, undefined, { signal: leave }).catch(() => {});
        continue;
      }
      await this.think(leave);
      if (leave.aborted) return;
      this.held.shift();
      await this.answer(next, giveUp);
      if (this.draws.uniform() < UNDO_SHARE) await this.undo(giveUp);
    }
  }

  private async think(leave: AbortSignal): Promise<void> {
    const { leastMs, mostMs } = this.options.pace;
    const ms = leastMs + this.draws.uniform() * (mostMs - leastMs);
    await pause(ms, undefined, { signal: leave }).catch(() => {});
  }

  private async lease(giveUp: AbortSignal): Promise<void> {
    const { client, project, userId } = this.person;
    const holding = this.held.map(({ leaseId }) => leaseId);
    const answer = await this.untilAnswered(giveUp, () =>
      client.queue.lease({ projectId: project.id, body: { count: HOLD, holding } }),
    );
    for (const { leaseId, item } of answer?.leased ?? []) {
      this.held.push({ leaseId, itemId: item.id });
      this.ledger.hold(item.id, userId, project.overlap);
    }
  }

  private async answer({ leaseId, itemId }: Held, giveUp: AbortSignal): Promise<void> {
    const { client, project, userId } = this.person;
    const key = randomUUID();
    const isSkip = this.draws.uniform() < SKIP_SHARE;
    const said = isSkip
      ? ({ kind: 'skip', reason: 'unclear' } as const)
      : ({
          kind: 'answer',
          answer: { answer: CHOICES[this.draws.below(CHOICES.length)]! },
        } as const);
    const annotation = { key, itemId, leaseId, durationMs: 1000, ...said };
    const answered = await this.untilAnswered(giveUp, () =>
      client.annotations.submit({ projectId: project.id, body: { annotations: [annotation] } }),
    );
    this.ledger.letGo(itemId, userId);
    const outcome = answered?.outcomes[0];
    if (outcome === undefined) return;
    if (outcome.status === 'refused') {
      this.ledger.count(this.ledger.refused, outcome.code ?? 'without a code');
      return;
    }
    if (outcome.status === 'already-stored') this.ledger.repeats += 1;
    if (isSkip) this.ledger.skipped += 1;
    this.ledger.acknowledged.push({
      ...{ key, itemId, userId, projectId: project.id },
      atMs: performance.now(),
    });
  }

  private async undo(giveUp: AbortSignal): Promise<void> {
    const { client, project, userId } = this.person;
    const key = randomUUID();
    const answered = await this.untilAnswered(giveUp, () =>
      client.annotations.undo({ projectId: project.id, body: { key } }),
    );
    if (!answered?.retracted) return;
    this.ledger.undone += 1;
    if (answered.leased === null) return;
    const { leaseId, item } = answered.leased;
    if (!this.held.some((held) => held.leaseId === leaseId)) {
      this.held.unshift({ leaseId, itemId: item.id });
      this.ledger.hold(item.id, userId, project.overlap);
    }
  }

  /** The same call again until it is answered; null when it is refused, or time is up. */
  private async untilAnswered<Answer>(
    giveUp: AbortSignal,
    call: () => Promise<Answer>,
  ): Promise<Answer | null> {
    for (let waitMs = AGAIN_MS; !giveUp.aborted; waitMs = Math.min(AGAIN_MOST_MS, waitMs * 2)) {
      try {
        return await call();
      } catch (error) {
        const said = isDubioError(error) ? `${error.status} ${error.code}` : String(error);
        this.ledger.count(this.ledger.failures, said);
        if (!mayPass(error)) return null;
        await pause(waitMs, undefined, { signal: giveUp }).catch(() => {});
      }
    }
    return null;
  }
}
