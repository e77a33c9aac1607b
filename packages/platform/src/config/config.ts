import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expectationOf } from '@dubio/contracts';
import { type AddressTest, readAddressList } from '@dubio/contracts/proxies';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);
const text = z.string().trim().min(1);
const addresses = z.string().refine((value) => readAddressList(value) !== null, {
  error: 'addresses, networks like 10.0.0.0/8, loopback or private, with commas between them',
});

/** Every variable Dubio's processes read, with its default. */
export const Environment = z.object({
  /** embedded: made by `npm start` on one machine. production: the parts are somebody else's. */
  DUBIO_MODE: z.enum(['embedded', 'production']).default('production'),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'postgresql://user:password@host:5432/name',
  }),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'redis://host:6379 or rediss://host:6379' })
    .optional(),
  STORAGE_URL: z.url({ protocol: /^file$/, error: 'file:///absolute/folder' }).optional(),
  DUBIO_DATA_DIR: text.default('.data'),
  DUBIO_API_HOST: text.default('127.0.0.1'),
  DUBIO_API_PORT: port.default(3001),
  DUBIO_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'https://labels.example.org or http://localhost:3000' })
    .default('http://localhost:3000'),
  DUBIO_TRUSTED_PROXIES: addresses.default(''),
  DUBIO_PAGE_ADDRESSES: addresses.default('loopback'),
  DUBIO_DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  DUBIO_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,40}$/, 'small letters, digits and _')
    .default('dubio'),
  DUBIO_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(2),
  DUBIO_ENGINE: z.enum(['onnx', 'tensorflow']).default('onnx'),
  DUBIO_DEVICE: z.enum(['cpu', 'cuda', 'auto']).default('cpu'),
  DUBIO_ENGINE_THREADS: z.coerce.number().int().min(1).max(256).default(1),
  DUBIO_WORKER_MEMORY_MB: z.coerce.number().int().min(256).max(1_048_576).default(2048),
  DUBIO_HEARTBEAT_MS: z.coerce.number().int().min(100).max(60_000).default(2000),
  DUBIO_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

export type Config = {
  readonly mode: 'embedded' | 'production';
  readonly databaseUrl: string;
  readonly databasePool: number;
  readonly redisUrl?: string;
  /** Keeps the queues of several installations apart that share one Redis or one database. */
  readonly queuePrefix: string;
  readonly storageUrl: string;
  readonly dataDir: string;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly publicUrl: string;
  /** Whose word counts about who asks: the page and the proxies in front. */
  readonly isTrustedPeer: AddressTest;
  readonly workerConcurrency: number;
  /** What runs the graphs of training and scoring. */
  readonly engine: z.infer<typeof Environment>['DUBIO_ENGINE'];
  /** Where the ONNX engine computes. */
  readonly device: z.infer<typeof Environment>['DUBIO_DEVICE'];
  readonly engineThreads: number;
  /** One compute process of a worker may grow this large. */
  readonly workerMemoryMb: number;
  /** How often a worker says that it is alive; six silent beats count as dead. */
  readonly heartbeatMs: number;
  readonly logLevel: z.infer<typeof Environment>['DUBIO_LOG_LEVEL'];
};

/** Raised at boot; its message lists each wrong variable with what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function describe(error: z.ZodError, env: Record<string, string | undefined>): string {
  const lines = error.issues.map((issue) => {
    const name = issue.path.join('.');
    // A value may hold a password: it is not repeated.
    const got = env[name] === undefined ? 'it is not set' : 'got another value';
    return `  ${name}: ${got}, expected ${issue.message}`;
  });
  return `The configuration is not right:\n${lines.join('\n')}\nSee .env.example for each variable.`;
}

/** Reads the environment once; the only place of the product that looks at it. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable, as compose files like to pass, means that it is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given, { error: expectationOf });
  if (!parsed.success) throw new ConfigError(describe(parsed.error, given));
  const e = parsed.data;
  const dataDir = path.resolve(e.DUBIO_DATA_DIR);
  return Object.freeze({
    mode: e.DUBIO_MODE,
    databaseUrl: e.DATABASE_URL,
    databasePool: e.DUBIO_DATABASE_POOL,
    ...(e.REDIS_URL === undefined ? {} : { redisUrl: e.REDIS_URL }),
    queuePrefix: e.DUBIO_QUEUE_PREFIX,
    storageUrl: e.STORAGE_URL ?? pathToFileURL(path.join(dataDir, 'objects')).href,
    dataDir,
    apiHost: e.DUBIO_API_HOST,
    apiPort: e.DUBIO_API_PORT,
    publicUrl: e.DUBIO_PUBLIC_URL.replace(/\/+$/, ''),
    isTrustedPeer:
      readAddressList(`${e.DUBIO_PAGE_ADDRESSES},${e.DUBIO_TRUSTED_PROXIES}`) ?? (() => false),
    workerConcurrency: e.DUBIO_WORKER_CONCURRENCY,
    engine: e.DUBIO_ENGINE,
    device: e.DUBIO_DEVICE,
    engineThreads: e.DUBIO_ENGINE_THREADS,
    workerMemoryMb: e.DUBIO_WORKER_MEMORY_MB,
    heartbeatMs: e.DUBIO_HEARTBEAT_MS,
    logLevel: e.DUBIO_LOG_LEVEL,
  });
}
