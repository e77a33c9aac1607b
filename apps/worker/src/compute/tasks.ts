/**
 * What compute processes can do: names with the shapes of request, progress and result. Empty here,
 * as this room knows no task: src/compute-child.ts runs them, and fills this in.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by src/compute-child.ts
export interface ComputeTasks {}

export type TaskName = keyof ComputeTasks;
