import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '@dubio/platform';
import { type Bench, countOption, numberOption } from '../framework/bench.js';
import { ApiClient } from './api-client.js';
import { fillDatabase, fillLabels, type Workplace } from './fill-database.js';
import { type LabellingReport, labelWithClients } from './label-with-clients.js';
import { type PredictReport, predictRows } from './predict-rows.js';
import { startApp, waitForApi } from './processes.js';
import { RequestLog } from './request-log.js';
import { exportRows, importRows, type RowsReport } from './rows-in-and-out.js';
import { startServingDatabase } from './serving-database.js';

const WARM_UP_SECONDS = 3;

const sayLabelling = (name: string, report: LabellingReport): string =>
  `${name}: ${report.labelsPerSecond.toFixed(0)} labels/s; next item p50 ${report.nextItem.p50Ms.toFixed(1)} ms, p99 ${report.nextItem.p99Ms.toFixed(1)} ms; answer p50 ${report.answer.p50Ms.toFixed(1)} ms, p99 ${report.answer.p99Ms.toFixed(1)} ms; the clients' own lag p99 ${report.clientLag.p99Ms.toFixed(1)} ms; ${report.doubles} items served twice`;

const sayRows = (name: string, report: RowsReport): string =>
  `${name}: ${report.rows.toLocaleString('en')} rows in ${report.seconds.toFixed(1)} s, ${Math.round(report.rowsPerSecond).toLocaleString('en')} rows/s`;

const sayPredict = (report: PredictReport): string =>
  `predict: ${report.rows} rows, T = ${report.samples}: p50 ${report.p50Ms.toFixed(1)} ms, p95 ${report.p95Ms.toFixed(1)} ms of ${report.calls} calls; the first ${report.coldMs.toFixed(0)} ms`;

/** The API as people and programs meet it: over HTTP, in a process of its own, on a large pool. */
export const servingBench: Bench = {
  name: 'serving',
  summary:
    'next-item latency and labels per second with many clients; import and export rows per second; predictions',
  options: {
    items: { hint: 'entries of the queue', default: '1000000' },
    clients: { hint: 'annotators at once', default: '100' },
    seconds: { hint: 'length of each labelling phase', default: '30' },
    think: { hint: 'ms that a person looks at an item in the paced phase', default: '1000' },
    'import-rows': { hint: 'rows of a CSV file to import, 0 to leave out', default: '50000' },
    'predict-calls': {
      hint: 'predictions of 32 rows by the demo model, 0 to leave out',
      default: '300',
    },
    'export-rows': { hint: 'labels to export, 0 to leave out', default: '200000' },
  },
  async run({ options, log }) {
    const items = countOption(options, 'items');
    const clients = countOption(options, 'clients');
    const seconds = countOption(options, 'seconds');
    const think = numberOption(options, 'think');
    const imported = countOption(options, 'import-rows', 0);
    const exported = countOption(options, 'export-rows', 0);
    const predicted = countOption(options, 'predict-calls', 0);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-bench-'));
    const server = await startServingDatabase(folder);
    const { database } = server;
    const port = await findFreePort();
    const env = {
      DATABASE_URL: server.url,
      STORAGE_URL: pathToFileURL(path.join(folder, 'objects')).href,
      DUBIO_DATA_DIR: folder,
      DUBIO_API_PORT: String(port),
    };
    const origin = `http://127.0.0.1:${port}`;
    const api = new ApiClient(origin, clients);
    const requests = new RequestLog();
    // Logged as in production; what it says of its requests is the other half of the clients'
    // times.
    const started = [startApp('api', env, requests.take)];
    if (imported > 0 || predicted > 0) {
      started.push(startApp('worker', { ...env, DUBIO_LOG_LEVEL: 'error' }));
    }
    const label = async (place: Workplace, name: string, thinkMs: number) => {
      requests.clear();
      const report = await labelWithClients(api, place, { clients, thinkMs, seconds });
      log(sayLabelling(name, report));
      const server = {
        nextItem: requests.view('POST', '/queue/leases'),
        answer: requests.view('POST', '/annotations'),
      };
      return { ...report, server };
    };
    try {
      log(`Filling a queue of ${items.toLocaleString('en')} items …`);
      const place = await fillDatabase(database, { items, clients });
      await waitForApi(origin);
      await labelWithClients(api, place, { clients, thinkMs: 0, seconds: WARM_UP_SECONDS });
      const paced = await label(place, `paced, ${clients} clients`, think);
      const saturated = await label(place, `as fast as it goes, ${clients} clients`, 0);
      const rows: Record<string, RowsReport> = {};
      if (exported > 0) {
        await fillLabels(database, place.projectId, exported);
        for (const kind of ['csv', 'jsonl'] as const) {
          rows[`export-${kind}`] = await exportRows(api, place, kind);
        }
      }
      if (imported > 0) rows['import-csv'] = await importRows(api, place, imported);
      for (const [name, report] of Object.entries(rows)) log(sayRows(name, report));
      const parts = { database, storageUrl: env.STORAGE_URL, place };
      const predict =
        predicted > 0 ? await predictRows(api, parts, { rows: 32, calls: predicted }) : null;
      if (predict !== null) log(sayPredict(predict));
      return { items, paced, saturated, rows, predict };
    } finally {
      api.close();
      await Promise.all(started.map((app) => app.stop()));
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
