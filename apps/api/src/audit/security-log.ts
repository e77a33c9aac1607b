import type { Database, Logger } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, LOGGER } from '../frame/tokens.js';
import { AuditRepository, type Counted } from './audit.repository.js';

const WINDOW_MS = 3_600_000;
/** Addresses with a row of their own in an hour; those beyond share one: nobody fills the table. */
const MOST_ADDRESSES = 50;
const OTHERS = 'others';

/** Somebody who was refused: whose account it was about, where known, from where, and why. */
export type Refusal = {
  action: 'auth.sign-in-failed' | 'auth.token-refused' | 'auth.limit-reached';
  address: string;
  /** A class of reasons, never what was sent. */
  reason: string;
  account: { userId: string; name: string } | null;
  /** Where it is noted; else in all workspaces of the account, else in the first of all. */
  workspaceId?: string | null;
};

/**
 * Notes what is refused at the door. Any number of refusals of one kind, about one account, from
 * one address within an hour are one row that counts them.
 * @see docs/decisions/0174
 */
@Injectable()
export class SecurityLog {
  #window = 0;
  #addresses = new Set<string>();
  #noted = new Set<string>();

  constructor(
    private readonly audit: AuditRepository,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Counts a refusal; that it could not be written must not change the answer. */
  async count(refusal: Refusal): Promise<void> {
    await this.#write(this.#toRow(refusal));
  }

  /** Notes a refusal once in its window: for what costs nothing to repeat. */
  async countOnce(refusal: Refusal): Promise<void> {
    const row = this.#toRow(refusal);
    if (this.#noted.has(row.countedAs)) return;
    this.#noted.add(row.countedAs);
    await this.#write(row);
  }

  #toRow({ action, address, reason, account, workspaceId }: Refusal): Counted {
    const window = Math.floor(Date.now() / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#addresses = new Set();
      this.#noted = new Set();
    }
    const known = this.#addresses.has(address) || this.#addresses.size < MOST_ADDRESSES;
    if (known) this.#addresses.add(address);
    const from = known ? address : OTHERS;
    return {
      action,
      account,
      workspaceId: workspaceId ?? null,
      details: { address: from, reason, ...(account === null ? {} : { account: account.name }) },
      countedAs: [action, window, reason, account?.userId ?? '', from].join(' '),
    };
  }

  async #write(row: Counted): Promise<void> {
    try {
      await this.audit.count(this.database.pool, row);
    } catch (error) {
      this.logger.error({ err: error, ...row.details }, `${row.action} could not be noted`);
    }
  }
}
