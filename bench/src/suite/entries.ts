import { acquisition } from './entries/acquisition.js';
import { classification } from './entries/classification.js';
import { compression } from './entries/compression.js';
import { curves } from './entries/curve.js';
import { dropoutRates } from './entries/dropout-rates.js';
import { gpView } from './entries/gp-view.js';
import { lure } from './entries/lure.js';
import { multiTask } from './entries/multi-task.js';
import { partitioned } from './entries/partitioned.js';
import { realTime } from './entries/real-time.js';
import { uciRegression } from './entries/uci-regression.js';
import { uncertaintyAndData } from './entries/uncertainty-and-data.js';
import type { SuiteEntry } from './entry.js';

/** What the suite runs, in this order. A new part is a file in `entries/` and a line here. */
export const entries: readonly SuiteEntry[] = [
  multiTask,
  gpView,
  dropoutRates,
  classification('mnist'),
  classification('fashion-mnist'),
  uncertaintyAndData,
  acquisition,
  realTime,
  partitioned,
  lure,
  compression,
  uciRegression,
  ...curves,
];
