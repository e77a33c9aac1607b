import { AppError, type EndpointDefinition } from '@dubio/contracts';
import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Calls a minute. Guessing links is slow; labelling never runs into a limit by hand. */
const PER_MINUTE = { public: 30, labelling: 6000, secrets: 30, other: 1200, probe: 6000 } as const;
/** Refusals a minute: of tokens that are none, by address; of links of one account. */
const FAILURES_PER_MINUTE = { token: 30, account: 10 } as const;
type Kind = keyof typeof PER_MINUTE;
type FailureKind = keyof typeof FAILURES_PER_MINUTE;

const LABELLING = /^(queue|annotations)\.|^items\.image$/;
const SECRETS = new Set(['members.invite', 'tokens.create']);

function kindOf(definition: EndpointDefinition): Kind {
  if (definition.id.startsWith('health.')) return 'probe';
  if (definition.access === 'public') return 'public';
  if (SECRETS.has(definition.id)) return 'secrets';
  return LABELLING.test(definition.id) ? 'labelling' : 'other';
}

/** Counts calls by person, or by address where nobody is signed in; in memory, for this process. */
export class RateLimits {
  readonly #limiters = new Map<Kind | FailureKind, RateLimiterMemory>();

  constructor(factor = 1) {
    for (const [kind, points] of Object.entries({ ...PER_MINUTE, ...FAILURES_PER_MINUTE })) {
      const limiter = new RateLimiterMemory({ points: points * factor, duration: 60 });
      this.#limiters.set(kind as Kind, limiter);
    }
  }

  /** @throws AppError request.too-many */
  async take(definition: EndpointDefinition, who: string, reply: FastifyReply): Promise<void> {
    await this.#consume(kindOf(definition), who, reply);
  }

  /**
   * Counts what was refused already: only refusals are held up, so nobody locks another person out.
   *
   * @throws AppError request.too-many
   */
  async takeFailure(kind: FailureKind, who: string, reply: FastifyReply): Promise<void> {
    await this.#consume(kind, who, reply);
  }

  async #consume(kind: Kind | FailureKind, who: string, reply: FastifyReply): Promise<void> {
    try {
      await this.#limiters.get(kind)?.consume(who);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      reply.header('Retry-After', String(seconds));
      throw new AppError('request.too-many', `Try again in ${seconds} s.`);
    }
  }
}
