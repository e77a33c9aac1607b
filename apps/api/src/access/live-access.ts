import type { Readable } from 'node:stream';
import { AppError, type EndpointDefinition } from '@dubio/contracts';
import {
  type Database,
  type Logger,
  listenToAccessChanges,
  type Notifications,
} from '@dubio/platform';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { AnyCall } from '../frame/call.js';
import { DATABASE, LOGGER } from '../frame/tokens.js';
import { AccessService } from './access.service.js';

/** Rights that ended by the clock, or whose end was told while nobody heard it. */
const LOOK_AGAIN_MS = 30_000;
/** What ended between the start of the request and that of its answer. */
const FIRST_LOOK_MS = 1000;

type Watched = { definition: EndpointDefinition; call: AnyCall; userId: string; stream: Readable };

const isRefusal = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.code === 'resource.not-found' || error.code.startsWith('auth.'));

/**
 * Answers that go on for a while (live events, exports) last as long as the right to them: when a
 * right may have ended the call is authenticated and authorised again, as at its start, and what
 * is refused then is cut off.
 * @see docs/decisions/0173
 */
@Injectable()
export class LiveAccess implements OnModuleDestroy {
  readonly #open = new Set<Watched>();
  readonly #notifications: Notifications;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly access: AccessService,
    @Inject(DATABASE) database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#notifications = listenToAccessChanges(database, {
      onChange: (userId) => void this.lookAgain(userId),
      onError: (error) => this.logger.warn({ err: error }, 'lost the connection of access changes'),
    });
    this.#timer = setInterval(() => void this.lookAgain(null), LOOK_AGAIN_MS);
    this.#timer.unref();
  }

  /** Watches over an answer until it ends; what is public needs no right. */
  watch(definition: EndpointDefinition, call: AnyCall, stream: Readable): void {
    if (call.actor === null || stream.destroyed) return;
    const watched = { definition, call, userId: call.actor.userId, stream };
    this.#open.add(watched);
    const first = setTimeout(() => void this.#look(watched), FIRST_LOOK_MS);
    first.unref();
    stream.once('close', () => {
      clearTimeout(first);
      this.#open.delete(watched);
    });
  }

  /** Looks at all open answers of a person, or of everybody. */
  async lookAgain(userId: string | null): Promise<void> {
    for (const watched of [...this.#open]) {
      if (userId === null || watched.userId === userId) await this.#look(watched);
    }
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#notifications.close();
  }

  async #look({ definition, call, stream }: Watched): Promise<void> {
    try {
      const access = await this.access.find(definition, call.request);
      if (access === null) stream.destroy();
      else this.access.authorise(definition, access);
    } catch (error) {
      if (isRefusal(error)) stream.destroy();
      // Nothing is known while the database is away: the next look decides.
      else this.logger.warn({ err: error }, 'the right to a live answer could not be looked at');
    }
  }
}
