export { type Config, ConfigError, Environment, loadConfig } from './config/config.js';
export { createLogger, type Logger } from './config/logger.js';
export {
  createDatabase,
  type Database,
  LastStatement,
  type Transaction,
  type TransactionOptions,
} from './database/database.js';
export { type DatabaseOutage, databaseOutage, isOutage } from './database/database-away.js';
export { deployMigrations, MigrationError } from './database/migrations.js';
export { type NamedStatement, named, sendNamed } from './database/named-statement.js';
export { newId } from './database/new-id.js';
export type { Notifications } from './database/notifications.js';
export type { Queryable } from './database/queryable.js';
export {
  type Columns,
  columnsOf,
  db,
  execute,
  findRow,
  getRow,
  type InJson,
  into,
  jsonObject,
  listRows,
  lit,
  optionalColumns,
  optionalTable,
  query,
  type RawBuilder,
  type Row,
  row,
  type ShapeOf,
  type Statement,
  sql,
  table,
} from './database/sql.js';
export { findFreePort, isPortFree } from './embedded/free-port.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  ensurePostgres,
} from './embedded/postgres.js';
export { listenToAccessChanges } from './events/access-changes.js';
export { createEventFeed, type EventFeed, type EventListener } from './events/event-feed.js';
export { EVENT_CHANNEL, publishEvent } from './events/publish-event.js';
export { columnWidth, encodeTable, TableFitted } from './featurising/table-encoding.js';
export { encodeText } from './featurising/text-encoding.js';
export { VectorFitted } from './featurising/vector-encoding.js';
/** So that types which are inferred from columns can be named elsewhere. */
export type * from './generated/tables.js';
export { endIdleConnections } from './http/idle-connections.js';
export { limitSlowRequests } from './http/slow-requests.js';
export { type EnqueueOptions, enqueueJob } from './jobs/enqueue-job.js';
export { createJobConsumer, type JobConsumer } from './jobs/job-consumer.js';
export { createJobDispatcher, type JobDispatcher } from './jobs/job-dispatcher.js';
export { type AbortReason, JobAbortedError, PermanentJobError } from './jobs/job-errors.js';
export type { JobContext, JobHandler, JobHandlers } from './jobs/job-handler.js';
export { createQueueAdmin, type QueueAdmin, type QueueCounts } from './jobs/queue-admin.js';
export { migrateQueueSchema } from './jobs/queue-backend.js';
export {
  createSignInToken,
  ensureFirstOwner,
  type FirstOwner,
  hasSignedIn,
} from './setup/first-owner.js';
export { InstallationError, joinInstallation } from './setup/installation.js';
export { createObjectStore } from './storage/create-object-store.js';
export { isDiskFull } from './storage/disk-full.js';
export { type ByteRange, ObjectNotFoundError, type ObjectStore } from './storage/object-store.js';
