import { columnsOf, execute, into, lit, type Queryable, query, table } from '@dubio/platform';
import type { ServingProject } from './labelling-project.js';
import { lockServing } from './locks.js';

const q = table('queue_entry', 'q');
const i = table('item', 'i');
const p = table('project', 'p');
const ENTRY = [
  'project_id',
  'generation',
  'rank',
  'item_id',
  'origin',
  'open_slots',
  'votes',
] as const;
const last = columnsOf('queue_entry', 'last');
const drawn = columnsOf('item', 'drawn');

/**
 * Before the first model the queue is never empty while the pool has items: when it runs short,
 * items drawn at random are appended. The draw is a hash of the item and the project's seed, so
 * that the same pool comes in the same order. Such entries carry no score; diverse ones, published
 * after an import, do. Returns whether anything was added.
 */
export async function fillColdStart(tx: Queryable, project: ServingProject): Promise<boolean> {
  if (project.generation !== 0) return false;
  await lockServing(tx, project.id);
  const { queueSize, controlShare, overlap } = project.policies;
  const added = await execute(
    tx,
    query`WITH last AS (
       SELECT coalesce(max(${q.rank}), 0) AS rank FROM ${q}
       WHERE ${q.project_id} = ${project.id} AND ${q.generation} = 0),
     drawn AS (
       SELECT ${i.id}, hashtextextended(${i.id}::text, ${p.seed}) AS draw
       FROM ${i} JOIN ${p} ON ${p.id} = ${i.project_id}
       WHERE ${i.project_id} = ${project.id} AND ${i.split} = ${lit(i.split, 'pool')} AND ${i.state} = ${lit(i.state, 'pool')}
         AND NOT EXISTS (SELECT 1 FROM ${q} WHERE ${q.project_id} = ${project.id}
                         AND ${q.generation} = 0 AND ${q.item_id} = ${i.id})
       ORDER BY draw, ${i.id} LIMIT ${queueSize})
     INSERT INTO ${into('queue_entry', ...ENTRY)}
     SELECT ${project.id}, 0, ${last.rank} + row_number() OVER (ORDER BY draw, ${drawn.id}), ${drawn.id},
            CASE WHEN abs(draw % 1000) < ${controlShare}::float8 * 1000
              THEN 'control' ELSE 'cold-start' END::"Origin",
            ${overlap}, '{}'
     FROM drawn, last`,
  );
  return added > 0;
}
