import type { AnnotationInput, AnnotationOutcome } from '@dubio/contracts';
import { type SubmitOutcome, submitAnnotations, undoAnnotation } from '@dubio/labelling';
import { Injectable } from '@nestjs/common';
import { isAllowed } from '../access/access.service.js';
import type { Actor, Place } from '../frame/call.js';
import { QueueService } from '../queue/queue.service.js';
import { toOwnAnnotation } from './annotation.mapper.js';
import { AnnotationRepository } from './annotation.repository.js';

type Labeller = { projectId: string; actor: Actor; place: Place };

const EXTRA_DETAIL = 'Kept as an extra: the item had all the answers that it needs.';

function toOutcome(outcome: SubmitOutcome, userName: string): AnnotationOutcome {
  if (outcome.status === 'refused') return { ...outcome, annotation: null };
  return {
    key: outcome.key,
    status: outcome.status,
    annotation: toOwnAnnotation(outcome.annotation, userName),
    code: null,
    detail: outcome.annotation.extra ? EXTRA_DETAIL : null,
  };
}

@Injectable()
export class AnnotationService {
  constructor(
    private readonly repository: AnnotationRepository,
    private readonly queue: QueueService,
  ) {}

  async submit(who: Labeller, inputs: readonly AnnotationInput[]) {
    const author = {
      projectId: who.projectId,
      userId: who.actor.userId,
      // Who sees all items may choose one; an annotator answers what the queue gave them.
      leasedOnly: !isAllowed(who.actor, who.place, 'item.read'),
    };
    const outcomes = await submitAnnotations(this.repository.database, author, inputs);
    return {
      outcomes: outcomes.map((outcome) => toOutcome(outcome, who.actor.name)),
      status: await this.queue.status(who),
    };
  }

  async undo(who: Labeller, wish: { key: string; annotationId?: string | undefined }) {
    const { annotationId } = wish;
    const { retracted, lease } = await undoAnnotation(this.repository.database, {
      projectId: who.projectId,
      userId: who.actor.userId,
      key: wish.key,
      ...(annotationId === undefined ? {} : { annotationId }),
    });
    const status = await this.queue.status(who);
    const leased = lease ? await this.queue.show([lease], status.showModel) : [];
    return {
      retracted: retracted && toOwnAnnotation(retracted, who.actor.name),
      leased: leased[0] ?? null,
      status,
    };
  }
}
