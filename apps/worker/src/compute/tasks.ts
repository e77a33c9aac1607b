/**
 * What compute processes can do: names with the shapes of request, progress and result. Empty here,
 * as this room knows no task: src/compute-tasks.ts fills it in, and src/compute-child.ts runs them.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by src/compute-tasks.ts
export interface ComputeTasks {}

export type TaskName = keyof ComputeTasks;
