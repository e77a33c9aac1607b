import { readFile } from 'node:fs/promises';
import { newId } from '@dubio/platform';
import type { SeededProject } from '@dubio/platform/testing';
import type { TestApp } from './test-app.js';

export const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../fixtures/${name}`, import.meta.url));

export type LeftModel = {
  /** Names of fixtures that become its predictive files. */
  readonly files: { readonly exact: string; readonly fast?: string };
  /** Of the two numbers that the model reads. */
  readonly features?: { readonly kind: string; readonly fitted: object };
  readonly items: number;
  readonly conformal?: object;
};

export type StoredModel = {
  readonly id: string;
  readonly roundId: string;
  readonly folder: string;
};

/** A model over two numbers, with its round and its feature set, as a round leaves them behind. */
export async function storeModel(
  { database, store }: TestApp,
  { projectId }: SeededProject,
  { files, features, items, conformal }: LeftModel,
): Promise<StoredModel> {
  const [setId, roundId, id] = [newId(), newId(), newId()];
  const folder = `projects/${projectId}/rounds/${roundId}`;
  const onnx = await fixture(files.exact);
  await store.put(`${folder}/predictive.onnx`, onnx);
  await store.put(`${folder}/posterior.safetensors`, new Uint8Array([1, 2, 3]));
  if (files.fast) await store.put(`${folder}/fast.onnx`, await fixture(files.fast));
  const query = (sql: string, values: unknown[]) => database.pool.query(sql, values);
  const { kind, fitted } = features ?? { kind: 'vector', fitted: { columns: ['x', 'y'] } };
  await query(
    `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, fitted, rows)
     VALUES ($1, $2, 1, $3, '[2]', 'float32', $4, $5)`,
    [setId, projectId, JSON.stringify({ kind }), JSON.stringify(fitted), items],
  );
  await query(
    `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition,
       policies, feature_set_id, ready_at)
     SELECT $1, id, 1, 'ready', 'person', 1, model_spec, acquisition, policies, $3, now()
     FROM project WHERE id = $2`,
    [roundId, projectId, setId],
  );
  await query(
    `INSERT INTO model (id, project_id, round_id, spec, artifact_key, onnx_key, onnx_bytes, fast_onnx_key, labels, conformal)
     SELECT $1, id, $3, model_spec, $4, $5, $6, $7, 20, $8 FROM project WHERE id = $2`,
    [
      id,
      projectId,
      roundId,
      `${folder}/posterior.safetensors`,
      `${folder}/predictive.onnx`,
      onnx.length,
      files.fast ? `${folder}/fast.onnx` : null,
      conformal ? JSON.stringify(conformal) : null,
    ],
  );
  return { id, roundId, folder };
}

/**
 * What a round leaves of a compressed model; its files are told from those of the full one by their
 * answers.
 */
export async function leaveCompressedModel(
  { database, store }: TestApp,
  modelId: string,
  compressed: {
    readonly passed: boolean;
    readonly stored: boolean;
    readonly files: { readonly exact: string; readonly fast: string };
  } | null,
): Promise<void> {
  const folder = `models/${modelId}/small`;
  if (compressed) {
    await store.put(`${folder}/small.onnx`, await fixture(compressed.files.exact));
    await store.put(`${folder}/small-fast.onnx`, await fixture(compressed.files.fast));
  }
  const gate = { passed: compressed?.passed ?? false, reason: 'On 30 held-out items: so it is.' };
  await database.pool.query(
    `UPDATE model SET compression = $2, compressed_artifact_key = $3, compressed_onnx_key = $4,
       compressed_fast_onnx_key = $5, promoted = true WHERE id = $1`,
    [
      modelId,
      compressed && JSON.stringify({ gate }),
      compressed?.stored ? `${folder}/small.safetensors` : null,
      compressed && `${folder}/small.onnx`,
      compressed?.stored ? `${folder}/small-fast.onnx` : null,
    ],
  );
}
