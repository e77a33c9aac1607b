import type { ErrorCode, FieldProblem, Problem } from '@dubio/contracts';

/** What a call can end with: a code of the API, no connection, or an answer nobody can read. */
export type ApiErrorCode = ErrorCode | 'network' | 'unreadable';

/** A call that did not succeed: what happened in words for people, and what to look up. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly detail: string | null;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string | null;

  constructor(
    code: ApiErrorCode,
    title: string,
    rest: {
      status?: number;
      detail?: string | null;
      fields?: readonly FieldProblem[];
      requestId?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(title, rest.cause === undefined ? undefined : { cause: rest.cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = rest.status ?? 0;
    this.detail = rest.detail ?? null;
    this.fields = rest.fields ?? [];
    this.requestId = rest.requestId ?? null;
  }

  /** Whether the same call may succeed a little later without anybody doing anything. */
  get passing(): boolean {
    return this.code === 'network' || this.status === 429 || this.status >= 502;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}

/** Reads a Problem Details answer; anything else becomes a sentence about the status. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) {
    return new ApiError(body.code, body.title, {
      status: response.status,
      detail: body.detail ?? null,
      fields: body.fields ?? [],
      requestId: body.requestId ?? null,
    });
  }
  const code = response.status >= 502 ? 'unavailable' : 'unreadable';
  return new ApiError(code, `The server answered ${response.status} without an explanation.`, {
    status: response.status,
  });
}

/** The sentence shown for any error that reaches a screen. */
export function describeError(error: unknown): { title: string; detail: string | null } {
  if (error instanceof ApiError) {
    // Some problems have nothing to add to their title.
    return { title: error.message, detail: error.detail === error.message ? null : error.detail };
  }
  return { title: 'Something failed on this page.', detail: 'Load it again.' };
}
