import { AppError, ProjectId, UserId } from '@dubio/contracts';
import { type Database, enqueueJob, newId, type Queryable } from '@dubio/platform';
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
      const { rows } = await tx.query<{ truth: boolean }>(
        'SELECT truth_key IS NOT NULL AS truth FROM project WHERE id = $1',
        [projectId],
      );
      if (!rows[0]?.truth) {
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
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('demo-annotator:' || $1, 0))`, [
      workspaceId,
    ]);
    const { rows } = await tx.query<{ id: string }>(
      `SELECT u.id FROM membership m JOIN "user" u ON u.id = m.user_id
       WHERE m.workspace_id = $1 AND u.is_machine AND u.name = $2 LIMIT 1`,
      [workspaceId, DEMO_ANNOTATOR],
    );
    if (rows[0] !== undefined) return rows[0].id;
    const id = newId();
    await tx.query('INSERT INTO "user" (id, name, is_machine) VALUES ($1, $2, true)', [
      id,
      DEMO_ANNOTATOR,
    ]);
    await tx.query(
      `INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'annotator')`,
      [workspaceId, id],
    );
    return id;
  }
}
