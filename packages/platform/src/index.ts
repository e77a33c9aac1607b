export { type Config, ConfigError, Environment, loadConfig } from './config/config.js';
export { createLogger, type Logger } from './config/logger.js';
export { createDatabase, type Database } from './database/database.js';
export { deployMigrations, MigrationError } from './database/migrations.js';
export { newId } from './database/new-id.js';
export { asQueryable, type Queryable } from './database/queryable.js';
export { findFreePort, isPortFree } from './embedded/free-port.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  ensurePostgres,
} from './embedded/postgres.js';
export { Prisma, PrismaClient } from './generated/prisma/client.js';
export {
  type ByteRange,
  createObjectStore,
  ObjectNotFoundError,
  type ObjectStore,
} from './storage/object-store.js';
