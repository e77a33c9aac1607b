import { acquisitionBench } from './acquisition/acquisition.bench.js';
import { curveBench } from './curve/curve.bench.js';
import { doubtAndDataBench } from './doubt-and-data/doubt-and-data.bench.js';
import type { Bench } from './framework/bench.js';
import { levelledBench } from './levelled/levelled.bench.js';
import { multiTaskBench } from './multi-task/multi-task.bench.js';
import { scoringBench } from './scoring/scoring.bench.js';
import { servingBench } from './serving/serving.bench.js';
import { trainingBench } from './training/training.bench.js';

/** Every bench by the name it is called with. A new one is a folder and a line here. */
export const benches: readonly Bench[] = [
  acquisitionBench,
  curveBench,
  scoringBench,
  trainingBench,
  servingBench,
  multiTaskBench,
  doubtAndDataBench,
  levelledBench,
];
