import type { ComputeSettings } from './task-context.js';
import type { ComputeTasks, TaskName } from './tasks.js';

/** What the parent sends to a compute process. */
export type ToChild =
  | { readonly kind: 'settings'; readonly settings: ComputeSettings }
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly task: TaskName;
      readonly request: ComputeTasks[TaskName]['request'];
    }
  | { readonly kind: 'abort'; readonly id: number };

/** What a compute process sends back. */
export type FromChild =
  /** `engine` says what computes, and how, or why nothing does. */
  | { readonly kind: 'ready'; readonly engine: string }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: TaskFailure };

/** An error as it crosses the border between processes. */
export type TaskFailure = {
  readonly name: string;
  /** The code of a NumericsError, when it was one. */
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
};

/** The process ends with this code when it has grown beyond its limit. */
export const EXIT_OUT_OF_MEMORY = 137;

export function failureOf(error: unknown): TaskFailure {
  if (!(error instanceof Error)) {
    return { name: 'Error', code: null, message: String(error), stack: null };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, code, message: error.message, stack: error.stack ?? null };
}
