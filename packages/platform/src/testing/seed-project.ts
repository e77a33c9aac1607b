import { createHash } from 'node:crypto';
import {
  AcquisitionSpec,
  LabelSchema,
  ModelSpec,
  Policies,
  type PoliciesPatch,
} from '@dubio/contracts';
import type { z } from 'zod';
import type { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { db, execute, into, lit, query, table } from '../database/sql.js';

export type SeedOptions = {
  name?: string;
  /** Items of the pool; their ordinals are 0, 1, 2, … */
  items?: number;
  validation?: number;
  test?: number;
  choices?: readonly string[];
  policies?: z.input<typeof PoliciesPatch>;
  annotators?: number;
  /** Write a cold-start queue with the pool in import order. */
  queue?: boolean;
};

export type SeededProject = {
  workspaceId: string;
  projectId: string;
  ownerId: string;
  annotatorIds: string[];
  /** Pool, then validation, then test, in order of their ordinals. */
  itemIds: string[];
};

const i = table('item', 'i');

async function seedPeople(database: Database, workspaceId: string, annotators: number) {
  const people = Array.from({ length: annotators + 1 }, (_, index) => ({
    id: newId(),
    name: index === 0 ? 'Owner' : `Annotator ${index}`,
  }));
  await execute(database.pool, db.insertInto('user').values(people));
  await execute(
    database.pool,
    db.insertInto('membership').values(
      people.map((person, index) => ({
        workspace_id: workspaceId,
        user_id: person.id,
        role: index === 0 ? 'owner' : 'annotator',
      })),
    ),
  );
  return people.map((person) => person.id);
}

async function seedItems(database: Database, projectId: string, splits: string[]) {
  const ids = splits.map(() => newId());
  const hashes = ids.map((id) => createHash('sha256').update(id).digest());
  await execute(
    database.pool,
    query`INSERT INTO ${into('item', 'id', 'project_id', 'ordinal', 'external_id', 'content_hash', 'split')}
     SELECT s.id, ${projectId}::uuid, s.place - 1, 'item-' || (s.place - 1), s.hash, s.split::"Split"
     FROM unnest(${ids}::uuid[], ${hashes}::bytea[], ${splits}::text[])
       WITH ORDINALITY AS s (id, hash, split, place)`,
  );
  await execute(
    database.pool,
    db.updateTable('project').set({ next_ordinal: ids.length }).where('id', '=', projectId),
  );
  return ids;
}

/** A workspace with people, a choice project and items: what most tests begin with. */
export async function seedProject(
  database: Database,
  options: SeedOptions = {},
): Promise<SeededProject> {
  const workspaceId = newId();
  const projectId = newId();
  const choices = options.choices ?? ['a', 'b', 'c'];
  const policies = Policies.parse(options.policies ?? {});
  await execute(
    database.pool,
    db.insertInto('workspace').values({ id: workspaceId, name: 'Workspace' }),
  );
  const people = await seedPeople(database, workspaceId, options.annotators ?? 1);
  const labelSchema = LabelSchema.parse({
    fields: [
      {
        kind: 'choice',
        name: 'answer',
        question: 'Which one is it?',
        choices: choices.map((value) => ({ value })),
      },
    ],
  });
  await execute(
    database.pool,
    db.insertInto('project').values({
      id: projectId,
      workspace_id: workspaceId,
      name: options.name ?? 'Project',
      item_kind: 'vector',
      label_schema: JSON.stringify(labelSchema),
      featuriser: JSON.stringify({ kind: 'vector' }),
      model_spec: JSON.stringify(ModelSpec.parse({})),
      acquisition: JSON.stringify(AcquisitionSpec.parse({ rule: 'power-bald' })),
      policies: JSON.stringify(policies),
    }),
  );
  const splits = [
    ...new Array<string>(options.items ?? 0).fill('pool'),
    ...new Array<string>(options.validation ?? 0).fill('validation'),
    ...new Array<string>(options.test ?? 0).fill('test'),
  ];
  const itemIds = await seedItems(database, projectId, splits);
  if (options.queue) {
    await execute(
      database.pool,
      query`INSERT INTO ${into(
        'queue_entry',
        ...([
          'project_id',
          'generation',
          'rank',
          'item_id',
          'origin',
          'open_slots',
          'votes',
        ] as const),
      )}
       SELECT ${i.project_id}, 0, ${i.ordinal} + 1, ${i.id}, 'cold-start', ${policies.overlap}, '{}'
       FROM ${i} WHERE ${i.project_id} = ${projectId} AND ${i.split} = ${lit(i.split, 'pool')}`,
    );
  }
  const [ownerId = '', ...annotatorIds] = people;
  return { workspaceId, projectId, ownerId, annotatorIds, itemIds };
}
