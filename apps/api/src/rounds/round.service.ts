import { AppError, type Round } from '@dubio/contracts';
import { cancelRound, requestRound } from '@dubio/labelling';
import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { toRound } from './round.mapper.js';
import { RoundRepository } from './round.repository.js';

@Injectable()
export class RoundService {
  constructor(
    private readonly repository: RoundRepository,
    private readonly audit: AuditRepository,
  ) {}

  async get(projectId: string, number: number): Promise<Round> {
    const row = await this.repository.find(projectId, number);
    if (row === null) throw new AppError('resource.not-found', `There is no round ${number} here.`);
    return toRound(row);
  }

  async start(actor: Actor, place: Place): Promise<{ round: Round | null; remembered: boolean }> {
    const projectId = place.projectId ?? '';
    const outcome = await this.repository.transaction(async (tx) => {
      const requested = await requestRound(tx, {
        projectId,
        trigger: actor.token === null ? 'person' : 'api',
        userId: actor.userId,
      });
      await this.audit.add(tx, actor, place, {
        action: 'round.start',
        details: requested.remembered ? { remembered: true } : { number: requested.number },
      });
      return requested;
    });
    if (outcome.remembered) return { round: null, remembered: true };
    return { round: await this.get(projectId, outcome.number), remembered: false };
  }

  async cancel(actor: Actor, place: Place, number: number): Promise<Round> {
    const projectId = place.projectId ?? '';
    await this.repository.transaction(async (tx) => {
      const subject = await cancelRound(tx, { projectId, number });
      await this.audit.add(tx, actor, place, {
        action: 'round.cancel',
        subject,
        details: { number },
      });
    });
    return this.get(projectId, number);
  }
}
