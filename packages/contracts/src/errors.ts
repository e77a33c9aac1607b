import { z } from 'zod';

/**
 * Every error a client can meet: its stable code, the HTTP status, and the sentence people read.
 */
export const ERRORS = {
  'request.invalid': { status: 400, title: 'Some values are not right.' },
  'request.too-large': { status: 413, title: 'The request is larger than allowed.' },
  'request.headers': { status: 431, title: 'The headers are larger than allowed.' },
  'request.timeout': { status: 408, title: 'The request came too slowly.' },
  'request.media-type': { status: 415, title: 'A body of this kind is not taken here.' },
  'request.method': { status: 405, title: 'This address does not take this method.' },
  'request.too-many': { status: 429, title: 'Too many requests. Wait a moment and try again.' },
  'request.cross-site': {
    status: 403,
    title: 'This request came from another site and was refused.',
  },
  'auth.required': { status: 401, title: 'Sign in to go on.' },
  'auth.link-invalid': {
    status: 410,
    title: 'This link was used already or has expired. Ask for a new one.',
  },
  'auth.token-invalid': { status: 401, title: 'This token is not valid any more.' },
  'auth.forbidden': { status: 403, title: 'Your role does not allow this.' },
  'resource.not-found': { status: 404, title: 'There is nothing here that you can see.' },
  'resource.conflict': { status: 409, title: 'Somebody changed this meanwhile. Load it again.' },
  'idempotency.mismatch': {
    status: 409,
    title: 'This idempotency key was used for another request.',
  },
  'project.not-empty': { status: 409, title: 'This cannot change once the project has items.' },
  'project.rule-without-chance': {
    status: 422,
    title: 'Training with LURE weights needs a rule that draws by chance.',
  },
  'project.no-active-test': {
    status: 422,
    title: 'Active-test items are for projects that ask for one choice or one number.',
  },
  'import.unreadable': { status: 422, title: 'The file cannot be read.' },
  'import.running': { status: 409, title: 'This import is still running.' },
  'lease.lost': { status: 409, title: 'The time for this item ran out and somebody else has it.' },
  'annotation.not-leased': {
    status: 403,
    title: 'This item was never given to you. Take items from the queue to answer them.',
  },
  'annotation.not-yours': { status: 403, title: 'Only its author can change this answer.' },
  'annotation.superseded': { status: 409, title: 'This answer was replaced already.' },
  'annotation.withdrawn': {
    status: 409,
    title: 'The item was withdrawn; the answer was not taken.',
  },
  'annotation.invalid': { status: 422, title: 'The answer does not fit the label schema.' },
  'label.none': { status: 409, title: 'This item has no label yet. Answer it instead.' },
  'round.running': { status: 409, title: 'A round is running already.' },
  'round.not-running': { status: 409, title: 'This round is not running.' },
  'round.too-few-labels': { status: 422, title: 'There are too few labels to train on.' },
  'model.not-ready': { status: 409, title: 'This model is not ready.' },
  'model.no-fast': { status: 422, title: 'This model cannot predict in one pass.' },
  'model.no-sets': {
    status: 422,
    title: 'This model cannot promise that its answers hold the truth so often.',
  },
  'model.compressed-refused': { status: 422, title: 'The compressed model cannot be used.' },
  'model.bad-input': { status: 422, title: 'The rows do not fit what the model was trained on.' },
  'simulation.no-truth': { status: 422, title: 'A replay needs items whose answers are known.' },
  'schedule.invalid': { status: 422, title: 'The schedule cannot be read.' },
  'url.refused': { status: 422, title: 'This address may not be fetched.' },
  internal: { status: 500, title: 'Something failed on our side. It was logged.' },
  'disk.full': {
    status: 503,
    title: 'The disk of the server is full. Nothing was stored; it works again when there is room.',
  },
  'outcome.unknown': {
    status: 504,
    title: 'The connection was lost on the way. Look whether it took effect before you repeat it.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer now. Try again in a moment.',
  },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** One value of a request that is not right: where, what was expected, what came. */
export const FieldProblem = z.object({
  field: z.string(),
  expected: z.string(),
  got: z.string().optional(),
});
export type FieldProblem = z.infer<typeof FieldProblem>;

/**
 * Names a kind of problem. RFC 9457 wants an absolute URI and compares it only as a name; a URN
 * says that there is nothing to fetch, wherever the product is installed.
 */
export const problemType = (code: ErrorCode): string => `urn:dubio:problem:${code}`;

/** Problem Details (RFC 9457) with a stable code. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: ErrorCode,
  detail: z.string().optional(),
  fields: z.array(FieldProblem).optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** The one error that platform, API and workers throw on purpose. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  constructor(
    code: ErrorCode,
    message: string,
    options: { fields?: readonly FieldProblem[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields ?? [];
  }
  get status(): number {
    return ERRORS[this.code].status;
  }
}
