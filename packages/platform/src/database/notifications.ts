import pg from 'pg';

export type Notifications = { close(): Promise<void> };

export type NotificationOptions = {
  /**
   * Called with the payload of each notification, and with null after a gap: look at the table
   * then.
   */
  onNotification: (payload: string | null) => void;
  onError?: (error: Error) => void;
};

const RECONNECT_MS = 500;

/** Listens on one channel over a connection of its own, which is opened anew when it breaks. */
export function listenToChannel(
  url: string,
  channel: string,
  options: NotificationOptions,
): Notifications {
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const lose = (lost: pg.Client, error?: Error) => {
    if (closed || client !== lost) return;
    client = null;
    if (error !== undefined) options.onError?.(error);
    lost.end().catch(() => {});
    retry = setTimeout(connect, RECONNECT_MS);
  };

  const connect = () => {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true });
    client = fresh;
    fresh.on('notification', (message) => options.onNotification(message.payload ?? ''));
    fresh.on('error', (error) => lose(fresh, error));
    fresh.on('end', () => lose(fresh));
    fresh
      .connect()
      .then(() => fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`))
      .then(() => options.onNotification(null))
      .catch((error: Error) => lose(fresh, error));
  };

  connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
