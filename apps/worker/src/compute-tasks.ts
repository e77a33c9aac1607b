import type { ColdStartRequest, ColdStartResult } from './features/cold-start.task.js';
import type {
  FeaturesProgress,
  FeaturesRequest,
  FeaturesResult,
} from './features/compute-features.task.js';
import type { ImportProgress, ImportRequest, ImportResult } from './imports/import.task.js';
import type { ReplayProgress, ReplayRequest, ReplayResult } from './simulations/replay.task.js';
import type { EvaluateRequest, EvaluateResult } from './tasks/evaluate.task.js';
import type { FitProgress, FitRequest, FitResult } from './tasks/fit.task.js';
import type { FitSurrogateRequest } from './tasks/fit-surrogate.task.js';
import type {
  ScoreShardProgress,
  ScoreShardRequest,
  ScoreShardResult,
} from './tasks/score-shard.task.js';
import type { SelectRequest, SelectResult } from './tasks/select.task.js';
import type {
  UpdatePartitionsRequest,
  UpdatePartitionsResult,
} from './tasks/update-partitions.task.js';

declare module './compute/tasks.js' {
  /** What compute processes of this worker can do: names with their shapes. */
  interface ComputeTasks {
    import: { request: ImportRequest; progress: ImportProgress; result: ImportResult };
    features: { request: FeaturesRequest; progress: FeaturesProgress; result: FeaturesResult };
    'cold-start': { request: ColdStartRequest; progress: never; result: ColdStartResult };
    fit: { request: FitRequest; progress: FitProgress; result: FitResult };
    'fit-surrogate': { request: FitSurrogateRequest; progress: FitProgress; result: FitResult };
    'update-partitions': {
      request: UpdatePartitionsRequest;
      progress: never;
      result: UpdatePartitionsResult;
    };
    evaluate: { request: EvaluateRequest; progress: never; result: EvaluateResult };
    'score-shard': {
      request: ScoreShardRequest;
      progress: ScoreShardProgress;
      result: ScoreShardResult;
    };
    select: { request: SelectRequest; progress: never; result: SelectResult };
    replay: { request: ReplayRequest; progress: ReplayProgress; result: ReplayResult };
  }
}
