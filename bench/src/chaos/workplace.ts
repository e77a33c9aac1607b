import { Sequence, stream } from '@dubio/bayes-core';
import type { Database } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { createClient, type DubioClient } from '@dubio/sdk';
import { makeToken } from '../serving/fill-database.js';

export type ChaosProject = {
  readonly id: string;
  /** Different people who answer each item. */
  readonly overlap: number;
};

/** One person who labels in one project. */
export type Person = {
  readonly userId: string;
  readonly client: DubioClient;
  readonly project: ChaosProject;
};

export type Workplace = {
  readonly projects: readonly ChaosProject[];
  readonly people: readonly Person[];
};

export type WorkplaceSize = {
  readonly annotators: number;
  readonly items: number;
  readonly retrainAfterLabels: number;
  readonly seed: number;
};

export const CHOICES = ['a', 'b', 'c'];
/** Longer than most stalls, so that leases run out only where something is slow to mend. */
const LEASE_SECONDS = 120;
const ANSWER_WITHIN_MS = 10_000;
const SAMPLES = 20;
const MAX_EPOCHS = 20;

/** Three clouds in the plane; some rows have their answer already, so that rounds can be judged. */
function cloudsCsv(rows: number, seed: number): string {
  const draws = new Sequence(stream(seed).split('clouds'));
  const lines = Array.from({ length: rows }, (_, i) => {
    const cloud = draws.below(CHOICES.length);
    const x = cloud + draws.uniform() * 1.5;
    const y = (cloud % 2) + draws.uniform();
    const isTest = i % 50 === 0;
    return `row-${i},${x.toFixed(4)},${y.toFixed(4)},${isTest ? CHOICES[cloud] : ''},${isTest ? 'test' : 'pool'}`;
  });
  return `id,x,y,answer,split\n${lines.join('\n')}\n`;
}

/**
 * Two projects, one that asks one person an item and one that asks two, filled through the API, and
 * people with tokens who work in them by turns.
 */
export async function makeWorkplace(
  url: string,
  database: Database,
  size: WorkplaceSize,
): Promise<Workplace> {
  const seeded = await seedProject(database, { annotators: size.annotators });
  const clientOf = async (userId: string) =>
    createClient({
      baseUrl: url,
      token: await makeToken(database, seeded.workspaceId, userId),
      timeoutMs: ANSWER_WITHIN_MS,
      retries: 2,
    });
  const owner = await clientOf(seeded.ownerId);
  const projects: ChaosProject[] = [];
  for (const overlap of [1, 2]) {
    const { id } = await owner.projects.create({
      workspaceId: seeded.workspaceId,
      body: {
        name: `Clouds, ${overlap} an item`,
        itemKind: 'table',
        labelSchema: {
          fields: [
            {
              kind: 'choice',
              name: 'answer',
              question: 'Which cloud?',
              choices: CHOICES.map((value) => ({ value })),
            },
          ],
        },
        policies: {
          overlap,
          leaseSeconds: LEASE_SECONDS,
          queueSize: size.items,
          retrainAfterLabels: size.retrainAfterLabels,
        },
        modelSpec: { samples: SAMPLES, maxEpochs: MAX_EPOCHS },
      },
    });
    await owner.importFile({
      projectId: id,
      fileName: 'clouds.csv',
      content: new TextEncoder().encode(cloudsCsv(size.items, size.seed + overlap)),
      options: { kind: 'csv' },
    });
    projects.push({ id, overlap });
  }
  const people = await Promise.all(
    seeded.annotatorIds.map(async (userId, i) => ({
      userId,
      client: await clientOf(userId),
      project: projects[i % projects.length]!,
    })),
  );
  return { projects, people };
}
