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
import type { Prisma } from '../generated/prisma/client.js';

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

const json = (value: object): Prisma.InputJsonValue => value as Prisma.InputJsonValue;

async function seedPeople(database: Database, workspaceId: string, annotators: number) {
  const people = Array.from({ length: annotators + 1 }, (_, index) => ({
    id: newId(),
    name: index === 0 ? 'Owner' : `Annotator ${index}`,
  }));
  await database.prisma.user.createMany({ data: people });
  await database.prisma.membership.createMany({
    data: people.map((person, index) => ({
      workspaceId,
      userId: person.id,
      role: index === 0 ? ('owner' as const) : ('annotator' as const),
    })),
  });
  return people.map((person) => person.id);
}

async function seedItems(database: Database, projectId: string, splits: string[]) {
  const ids = splits.map(() => newId());
  await database.pool.query(
    `INSERT INTO item (id, project_id, ordinal, external_id, content_hash, split)
     SELECT i.id, $1::uuid, i.place - 1, 'item-' || (i.place - 1), i.hash, i.split::"Split"
     FROM unnest($2::uuid[], $3::bytea[], $4::text[]) WITH ORDINALITY AS i (id, hash, split, place)`,
    [projectId, ids, ids.map((id) => createHash('sha256').update(id).digest()), splits],
  );
  await database.prisma.project.update({
    where: { id: projectId },
    data: { nextOrdinal: ids.length },
  });
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
  await database.prisma.workspace.create({ data: { id: workspaceId, name: 'Workspace' } });
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
  await database.prisma.project.create({
    data: {
      id: projectId,
      workspaceId,
      name: options.name ?? 'Project',
      itemKind: 'vector',
      labelSchema: json(labelSchema),
      featuriser: { kind: 'vector' },
      modelSpec: json(ModelSpec.parse({})),
      acquisition: json(AcquisitionSpec.parse({ rule: 'power-bald' })),
      policies: json(policies),
    },
  });
  const splits = [
    ...new Array<string>(options.items ?? 0).fill('pool'),
    ...new Array<string>(options.validation ?? 0).fill('validation'),
    ...new Array<string>(options.test ?? 0).fill('test'),
  ];
  const itemIds = await seedItems(database, projectId, splits);
  if (options.queue) {
    await database.pool.query(
      `INSERT INTO queue_entry (project_id, generation, rank, item_id, origin, open_slots, votes)
       SELECT project_id, 0, ordinal + 1, id, 'cold-start', $2, '{}' FROM item
       WHERE project_id = $1 AND split = 'pool'`,
      [projectId, policies.overlap],
    );
  }
  const [ownerId = '', ...annotatorIds] = people;
  return { workspaceId, projectId, ownerId, annotatorIds, itemIds };
}
