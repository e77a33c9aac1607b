import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '@dubio/platform';
import { startTestDatabase } from '@dubio/platform/testing';
import { type Bench, countOption, numberOption } from '../framework/bench.js';
import { ApiClient } from './api-client.js';
import { fillDatabase, fillLabels } from './fill-database.js';
import { type LabellingReport, labelWithClients } from './label-with-clients.js';
import { startApp, waitForApi } from './processes.js';
import { exportRows, importRows, type RowsReport } from './rows-in-and-out.js';

const WARM_UP_SECONDS = 3;

const sayLabelling = (name: string, report: LabellingReport): string =>
  `${name}: ${report.labelsPerSecond.toFixed(0)} labels/s; next item p50 ${report.nextItem.p50Ms.toFixed(1)} ms, p99 ${report.nextItem.p99Ms.toFixed(1)} ms; answer p50 ${report.answer.p50Ms.toFixed(1)} ms, p99 ${report.answer.p99Ms.toFixed(1)} ms; ${report.doubles} items served twice`;

const sayRows = (name: string, report: RowsReport): string =>
  `${name}: ${report.rows.toLocaleString('en')} rows in ${report.seconds.toFixed(1)} s, ${Math.round(report.rowsPerSecond).toLocaleString('en')} rows/s`;

/** The API as people and programs meet it: over HTTP, in a process of its own, on a large pool. */
export const servingBench: Bench = {
  name: 'serving',
  summary:
    'next-item latency and labels a second with many clients; import and export rows a second',
  options: {
    items: { hint: 'entries of the queue', default: '1000000' },
    clients: { hint: 'annotators at once', default: '100' },
    seconds: { hint: 'length of each labelling phase', default: '30' },
    think: { hint: 'ms that a person looks at an item in the paced phase', default: '1000' },
    'import-rows': { hint: 'rows of a CSV file to import, 0 to leave out', default: '50000' },
    'export-rows': { hint: 'labels to export, 0 to leave out', default: '200000' },
  },
  async run({ options, log }) {
    const items = countOption(options, 'items');
    const clients = countOption(options, 'clients');
    const seconds = countOption(options, 'seconds');
    const think = numberOption(options, 'think');
    const imported = countOption(options, 'import-rows', 0);
    const exported = countOption(options, 'export-rows', 0);
    const test = await startTestDatabase();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-bench-'));
    const port = await findFreePort();
    const env = {
      DATABASE_URL: test.url,
      STORAGE_URL: pathToFileURL(folder).href,
      DUBIO_DATA_DIR: folder,
      DUBIO_API_PORT: String(port),
    };
    const origin = `http://127.0.0.1:${port}`;
    const api = new ApiClient(origin, clients);
    const started = [startApp('api', env)];
    if (imported > 0) started.push(startApp('worker', env));
    try {
      log(`Filling a queue of ${items.toLocaleString('en')} items …`);
      const place = await fillDatabase(test.database, { items, clients });
      await waitForApi(origin);
      await labelWithClients(api, place, { clients, thinkMs: 0, seconds: WARM_UP_SECONDS });
      const paced = await labelWithClients(api, place, { clients, thinkMs: think, seconds });
      log(sayLabelling(`paced, ${clients} clients`, paced));
      const saturated = await labelWithClients(api, place, { clients, thinkMs: 0, seconds });
      log(sayLabelling(`as fast as it goes, ${clients} clients`, saturated));
      const rows: Record<string, RowsReport> = {};
      if (exported > 0) {
        await fillLabels(test.database, place.projectId, exported);
        for (const kind of ['csv', 'jsonl'] as const) {
          rows[`export-${kind}`] = await exportRows(api, place, kind);
        }
      }
      if (imported > 0) rows['import-csv'] = await importRows(api, place, imported);
      for (const [name, report] of Object.entries(rows)) log(sayRows(name, report));
      return { items, paced, saturated, rows };
    } finally {
      api.close();
      await Promise.all(started.map((app) => app.stop()));
      await test.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
