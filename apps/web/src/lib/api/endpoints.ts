import type { api } from '@dubio/contracts';
import type { z } from 'zod';

/*
 * The registry of the contracts is used for its types only: a page never loads the schemas
 * themselves, so a call costs bytes for its address and nothing else.
 */
type Areas = typeof api;
type AnyEndpoint = { [Area in keyof Areas]: Areas[Area][keyof Areas[Area]] }[keyof Areas];
type KeyOf<E> = E extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}`
  : never;

/** Every route by its method and path, as it is written in the contracts. */
type Endpoints = { [E in AnyEndpoint as KeyOf<E>]: E };
export type EndpointKey = keyof Endpoints;

type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type Params<E> = E extends { path: infer P extends string } ? Names<P> : never;
type Query<E> = E extends { query: infer Q extends z.ZodType } ? z.input<Q> : never;
type Body<E> = E extends { bodyType: string }
  ? BodyInit
  : E extends { body: infer B extends z.ZodType }
    ? z.input<B>
    : never;

export type PathParams<Key extends EndpointKey> = Record<Params<Endpoints[Key]>, string | number>;
export type ResponseOf<Key extends EndpointKey> = Endpoints[Key] extends {
  response: infer R extends z.ZodType;
}
  ? z.output<R>
  : undefined;
export type BodyOf<Key extends EndpointKey> = Body<Endpoints[Key]>;
export type QueryOf<Key extends EndpointKey> = Query<Endpoints[Key]>;

type Given<Name extends string, Value> = [Value] extends [never]
  ? { readonly [N in Name]?: never }
  : { readonly [N in Name]: Value };

type CommonOptions = {
  readonly signal?: AbortSignal | undefined;
  /** The same key and body answer the same, once. */
  readonly idempotencyKey?: string;
  /** The version read before, where edits can collide. */
  readonly ifMatch?: number;
  /** Lets the request finish when the page goes away. */
  readonly keepalive?: boolean;
};

export type CallOptions<Key extends EndpointKey> = CommonOptions &
  ([Params<Endpoints[Key]>] extends [never]
    ? { readonly params?: never }
    : { readonly params: PathParams<Key> }) &
  Given<'body', BodyOf<Key>> & {
    readonly query?: [QueryOf<Key>] extends [never] ? never : QueryOf<Key>;
  };

/** Calls without any required part may leave the options out. */
export type CallArguments<Key extends EndpointKey> =
  Record<never, never> extends CallOptions<Key>
    ? [options?: CallOptions<Key>]
    : [options: CallOptions<Key>];
