export { createClient, type DubioClient, type ExportedLabel } from './client.js';
export { DubioError, isDubioError, type LocalErrorCode } from './dubio-error.js';
export type { ImportFileInput } from './import-file.js';
export type {
  CallOptions,
  Calls,
  Input,
  OperationId,
  Output,
  UploadBody,
} from './operation-types.js';
export { paginate } from './paginate.js';
export type * from './schema.gen.js';
export type { ClientOptions } from './transport.js';
export type { WaitOptions } from './wait-for.js';
export type { WatchedEvent, WatchOptions } from './watch-project.js';
