import type { OPERATIONS } from './operations.gen.js';
import type { operations } from './schema.gen.js';

/** A call of the API by its id in openapi.json, such as `projects.get`. */
export type OperationId = keyof operations & keyof typeof OPERATIONS;

/** Bytes to send. A Blob (in Node `fs.openAsBlob`) can be sent again after a broken connection. */
export type UploadBody = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

export type CallOptions = {
  readonly signal?: AbortSignal;
  /**
   * Made anew for each creating call when absent; give your own to make a call once across
   * restarts.
   */
  readonly idempotencyKey?: string;
  /** The version you read; the call is refused when somebody changed it meanwhile. */
  readonly ifMatch?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
};

type PathOf<Id extends OperationId> = operations[Id]['parameters'] extends { path: infer Path }
  ? Path
  : unknown;
type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends { query?: infer Query }
  ? [Exclude<Query, undefined>] extends [never]
    ? unknown
    : Exclude<Query, undefined>
  : unknown;
type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: infer Types };
}
  ? Types extends { 'application/json': infer Body }
    ? Record<never, never> extends Body
      ? { body?: Body }
      : { body: Body }
    : { body: UploadBody }
  : unknown;

/** Parameters of the path and of the query side by side, and the body. */
export type Input<Id extends OperationId> = PathOf<Id> & QueryOf<Id> & BodyOf<Id>;

type Success<Id extends OperationId> = operations[Id]['responses'] extends infer Responses
  ? Responses[Extract<keyof Responses, 200 | 201 | 202 | 204>]
  : never;
/** JSON as its type, nothing as nothing, anything else as the `Response` to stream from. */
export type Output<Id extends OperationId> =
  Success<Id> extends { content: infer Types }
    ? Types extends { 'application/json': infer Answer }
      ? Answer
      : Response
    : undefined;

export type Call<Id extends OperationId> =
  Record<never, never> extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Promise<Output<Id>>
    : (input: Input<Id>, options?: CallOptions) => Promise<Output<Id>>;

type Area = OperationId extends infer Id
  ? Id extends `${infer Name}.${string}`
    ? Name
    : never
  : never;
/** `projects.get` as `client.projects.get(…)`. */
export type Calls = {
  readonly [Name in Area]: {
    readonly [Id in OperationId as Id extends `${Name}.${infer Verb}` ? Verb : never]: Call<Id>;
  };
};
