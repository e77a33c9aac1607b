import { AppError, ProjectId, UserId } from '@dubio/contracts';
import {
  type Database,
  db,
  enqueueJob,
  execute,
  findRow,
  newId,
  type Queryable,
  query,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { DATABASE } from '../frame/tokens.js';

const DEMO_ANNOTATOR = 'Demo annotator';

@Injectable()
export class DemoService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly audit: AuditRepository,
  ) {}

  /** Lets a machine member answer the next items; it is a person like others to the queue. */
  async answer(actor: Actor, place: Place, count: number): Promise<{ accepted: number }> {
    const projectId = place.projectId ?? '';
    await this.database.transaction(async (tx) => {
      const project = await findRow(
        tx,
        db.selectFrom('project').select('truth_key').where('id', '=', projectId),
      );
      if (project?.truth_key == null) {
        throw new AppError(
          'simulation.no-truth',
          'The demo annotator knows the answers of the demo project only.',
        );
      }
      const userId = await this.ensureAnnotator(tx, place.workspaceId);
      await enqueueJob(tx, 'demo.annotate', {
        projectId: ProjectId.parse(projectId),
        userId: UserId.parse(userId),
        count,
        request: newId(),
      });
      await this.audit.add(tx, actor, place, { action: 'demo.answer', details: { count } });
    });
    return { accepted: count };
  }

  private async ensureAnnotator(tx: Queryable, workspaceId: string): Promise<string> {
    await execute(
      tx,
      query`SELECT pg_advisory_xact_lock(hashtextextended('demo-annotator:' || ${workspaceId}, 0))`,
    );
    const known = await findRow(
      tx,
      db
        .selectFrom('membership as m')
        .innerJoin('user as u', 'u.id', 'm.user_id')
        .select('u.id')
        .where('m.workspace_id', '=', workspaceId)
        .where('u.is_machine', '=', true)
        .where('u.name', '=', DEMO_ANNOTATOR)
        .limit(1),
    );
    if (known !== null) return known.id;
    const id = newId();
    await execute(tx, db.insertInto('user').values({ id, name: DEMO_ANNOTATOR, is_machine: true }));
    await execute(
      tx,
      db
        .insertInto('membership')
        .values({ workspace_id: workspaceId, user_id: id, role: 'annotator' }),
    );
    return id;
  }
}
