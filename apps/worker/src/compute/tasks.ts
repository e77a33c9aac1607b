import type {
  FeaturesProgress,
  FeaturesRequest,
  FeaturesResult,
} from '../features/compute-features.task.js';
import type { ImportProgress, ImportRequest, ImportResult } from '../imports/import.task.js';

/** What compute processes can do: names with the shapes of request, progress and result. */
export type ComputeTasks = {
  import: { request: ImportRequest; progress: ImportProgress; result: ImportResult };
  features: { request: FeaturesRequest; progress: FeaturesProgress; result: FeaturesResult };
};

export type TaskName = keyof ComputeTasks;
