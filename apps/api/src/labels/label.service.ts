import { type Answer, type Label, type LabelVersion, UserId } from '@dubio/contracts';
import { correctLabel } from '@dubio/labelling';
import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { toLabel } from './label.mapper.js';
import { LabelRepository } from './label.repository.js';

@Injectable()
export class LabelService {
  constructor(
    private readonly repository: LabelRepository,
    private readonly audit: AuditRepository,
  ) {}

  async correct(
    actor: Actor,
    place: Place,
    input: { itemId: string; answer: Answer; note: string | null; seenAt: Date | null },
  ): Promise<Label> {
    const projectId = place.projectId ?? '';
    const { userId } = actor;
    return this.repository.transaction(async (tx) => {
      if (await correctLabel(tx, { ...input, projectId, userId })) {
        await this.audit.add(tx, actor, place, { action: 'label.correct', subject: input.itemId });
      }
      return toLabel(await this.repository.get(tx, { projectId, itemId: input.itemId }));
    });
  }

  async versions(projectId: string, itemId: string): Promise<LabelVersion[]> {
    const rows = await this.repository.listVersions({ projectId, itemId });
    return rows.map(({ changedById, changedByName, updatedAt, replacedAt, ...version }) => ({
      ...version,
      changedBy:
        changedById === null
          ? null
          : { id: UserId.parse(changedById), name: changedByName ?? changedById },
      updatedAt: updatedAt.toISOString(),
      replacedAt: replacedAt?.toISOString() ?? null,
    }));
  }
}
