import type { EventFeed } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_FEED } from '../frame/tokens.js';
import { EventStream } from './event-stream.js';

@Injectable()
export class EventsService {
  private readonly open = new Set<EventStream>();

  constructor(@Inject(EVENT_FEED) private readonly feed: EventFeed) {}

  /** A last id that this stream never gave means "from now on". */
  async stream(projectId: string, lastEventId: string | null): Promise<EventStream> {
    const stream = new EventStream();
    stream.on('close', () => this.open.delete(stream));
    stream.on('error', () => {});
    try {
      await stream.connect(this.feed, projectId, lastEventId);
    } catch (cause) {
      stream.destroy();
      throw cause;
    }
    this.open.add(stream);
    return stream;
  }

  /** Ends all streams, so that the process can stop; browsers come back by themselves. */
  closeAll(): void {
    for (const stream of this.open) stream.push(null);
  }
}
