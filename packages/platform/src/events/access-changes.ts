import type { Database } from '../database/database.js';
import { listenToChannel, type Notifications } from '../database/notifications.js';

/** Triggers of the tables that hold rights tell it here; see prisma/migrations. */
const ACCESS_CHANNEL = 'dubio_access';

/**
 * Calls `onChange` with the id of each person who may have lost a right (a membership, a session,
 * a token, the account), as soon as that is committed, and with null after a gap: anybody may have.
 * @see docs/decisions/0173
 */
export function listenToAccessChanges(
  database: Database,
  options: { onChange: (userId: string | null) => void; onError: (error: Error) => void },
): Notifications {
  return listenToChannel(database.url, ACCESS_CHANNEL, {
    onNotification: options.onChange,
    onError: options.onError,
  });
}
