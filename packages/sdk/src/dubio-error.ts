import type { ErrorCode, FieldProblem, Problem } from './schema.gen.js';

/** Codes of failures that never reached the API, beside the API's own. */
export type LocalErrorCode = 'network' | 'timeout' | 'protocol' | 'import.failed' | 'round.failed';

type Details = {
  readonly status?: number;
  readonly detail?: string | undefined;
  readonly fields?: readonly FieldProblem[] | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
};

/**
 * The one error the SDK throws: a stable `code`, the HTTP `status` (0 when there was no answer),
 * and what to do.
 */
export class DubioError extends Error {
  readonly code: ErrorCode | LocalErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  /** Which values were not right: where, what was expected, what came. */
  readonly fields: readonly FieldProblem[];
  /** What to quote when you report the failure. */
  readonly requestId: string | undefined;

  constructor(code: ErrorCode | LocalErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DubioError';
    this.code = code;
    this.status = details.status ?? 0;
    this.detail = details.detail;
    this.fields = details.fields ?? [];
    this.requestId = details.requestId;
  }
}

/** Whether an unknown error is the SDK's, and of this code when one is given. */
export function isDubioError(error: unknown, code?: DubioError['code']): error is DubioError {
  return error instanceof DubioError && (code === undefined || error.code === code);
}

/** Reads the Problem Details of a refused call. */
export async function errorOfResponse(response: Response): Promise<DubioError> {
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  if (!problem) {
    const what = `${response.status} ${response.statusText}`.trim();
    return new DubioError(
      'protocol',
      `Expected an answer of the Dubio API, got ${what} from ${response.url}. Check the address.`,
      { status: response.status },
    );
  }
  const fields = (problem.fields ?? []).map(
    (one) => `${one.field}: expected ${one.expected}${one.got ? `, got ${one.got}` : ''}`,
  );
  // The detail names the first of the fields already.
  const [first, ...others] = fields;
  const told = first !== undefined && problem.detail?.includes(first) ? others : fields;
  const message = [problem.title, problem.detail, ...told.map((one) => `${one}.`)]
    .filter(Boolean)
    .join(' ');
  return new DubioError(problem.code, message, { ...problem, status: response.status });
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' && typeof value.title === 'string'
      ? (value as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}
