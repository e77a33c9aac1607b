import { Readable } from 'node:stream';
import type { EventFeed } from '@dubio/platform';

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2000;

/**
 * The events of a project as server-sent events: a comment now and then keeps proxies from closing
 * the connection, ids let a client go on after what it saw last. A reader that does not keep up is
 * closed; it comes back with its last id and loses nothing.
 */
export class EventStream extends Readable {
  private leave: (() => void) | null = null;
  private readonly heartbeat: NodeJS.Timeout;

  constructor() {
    super({ read() {}, highWaterMark: 256 * 1024 });
    this.push(`retry: ${RECONNECT_MS}\n: connected\n\n`);
    this.heartbeat = setInterval(() => this.send(': still here\n\n'), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  async connect(feed: EventFeed, projectId: string, afterId: string | null): Promise<void> {
    const leave = await feed.subscribe(projectId, afterId, ({ id, event }) => {
      this.send(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    if (this.destroyed) leave();
    else this.leave = leave;
  }

  private send(text: string): void {
    if (!this.destroyed && !this.push(text)) this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.heartbeat);
    this.leave?.();
    done(error);
  }
}
