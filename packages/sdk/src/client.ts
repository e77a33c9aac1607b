import { exportLabels } from './export-labels.js';
import { type ImportFileInput, importFile } from './import-file.js';
import type { CallOptions, Calls, OperationId } from './operation-types.js';
import { OPERATIONS } from './operations.gen.js';
import type { Import, Item, Label, Round } from './schema.gen.js';
import { type ClientOptions, Transport } from './transport.js';
import { startRoundAndWait, type WaitOptions, waitForImport, waitForRound } from './wait-for.js';
import { type WatchedEvent, type WatchOptions, watchProject } from './watch-project.js';

/** A row of the export: the label, and whether its item is trained on or held out. */
export type ExportedLabel = Label & { readonly split: Item['split'] };

/** Each call of the API by its name, and what takes several calls. */
export type DubioClient = Calls & {
  readonly watchProject: (
    projectId: string,
    options?: WatchOptions,
  ) => AsyncGenerator<WatchedEvent, void, undefined>;
  readonly importFile: (input: ImportFileInput, wait?: WaitOptions<Import>) => Promise<Import>;
  readonly waitForImport: (
    input: { projectId: string; importId: string },
    wait?: WaitOptions<Import>,
  ) => Promise<Import>;
  readonly waitForRound: (
    input: { projectId: string; number: number },
    wait?: WaitOptions<Round>,
  ) => Promise<Round>;
  readonly startRoundAndWait: (projectId: string, wait?: WaitOptions<Round>) => Promise<Round>;
  readonly exportLabels: (
    projectId: string,
    options?: CallOptions,
  ) => AsyncGenerator<ExportedLabel, void, undefined>;
};

/**
 * A client of the Dubio API.
 *
 * @example
 * const dubio = createClient({ baseUrl: 'http://localhost:3000', token });
 * const { workspaces } = await dubio.auth.me();
 */
export function createClient(options: ClientOptions): DubioClient {
  const transport = new Transport(options);
  const areas: Record<string, Record<string, unknown>> = {};
  for (const id of Object.keys(OPERATIONS) as OperationId[]) {
    const [area = '', name = ''] = id.split('.');
    areas[area] ??= {};
    areas[area][name] = (input?: Record<string, unknown>, call?: CallOptions) =>
      transport.call(id, input, call);
  }
  // The table of operations and the types are generated from the same document.
  const calls = areas as unknown as Calls;
  return {
    ...calls,
    watchProject: (projectId, watch) => watchProject(calls, projectId, watch),
    importFile: (input, wait) => importFile(calls, input, wait),
    waitForImport: (input, wait) => waitForImport(calls, input, wait),
    waitForRound: (input, wait) => waitForRound(calls, input, wait),
    startRoundAndWait: (projectId, wait) => startRoundAndWait(calls, projectId, wait),
    exportLabels: (projectId, call) => exportLabels<ExportedLabel>(calls, projectId, call),
  };
}
