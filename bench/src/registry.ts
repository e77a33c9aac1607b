import { acquisitionBench } from './acquisition/acquisition.bench.js';
import { chaosBench } from './chaos/chaos.bench.js';
import { classificationBench } from './classification/classification.bench.js';
import { compressionBench } from './compression/compression.bench.js';
import { curveBench } from './curve/curve.bench.js';
import { defaultsBench } from './defaults/defaults.bench.js';
import { dropoutRatesBench } from './dropout-rates/dropout-rates.bench.js';
import type { Bench } from './framework/bench.js';
import { gpViewBench } from './gp-view/gp-view.bench.js';
import { lureBench } from './lure/lure.bench.js';
import { multiTaskBench } from './multi-task/multi-task.bench.js';
import { partitionedBench } from './partitioned/partitioned.bench.js';
import { priorPrecisionBench } from './prior-precision/prior-precision.bench.js';
import { realTimeBench } from './real-time/real-time.bench.js';
import { rulesBench } from './rules/rules.bench.js';
import { scoringBench } from './scoring/scoring.bench.js';
import { servingBench } from './serving/serving.bench.js';
import { suiteBench } from './suite/suite.bench.js';
import { trainingBench } from './training/training.bench.js';
import { uciRegressionBench } from './uci-regression/uci-regression.bench.js';
import { uncertaintyAndDataBench } from './uncertainty-and-data/uncertainty-and-data.bench.js';

/** Every bench by the name it is called with. A new one is a folder and a line here. */
export const benches: readonly Bench[] = [
  acquisitionBench,
  curveBench,
  rulesBench,
  scoringBench,
  trainingBench,
  servingBench,
  multiTaskBench,
  uncertaintyAndDataBench,
  gpViewBench,
  defaultsBench,
  dropoutRatesBench,
  uciRegressionBench,
  classificationBench,
  suiteBench,
  partitionedBench,
  realTimeBench,
  compressionBench,
  lureBench,
  priorPrecisionBench,
  chaosBench,
];
