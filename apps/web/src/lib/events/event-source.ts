import type { ProjectEvent } from '@dubio/contracts';
import { Backoff } from '@dubio/contracts/backoff';

type EventType = ProjectEvent['type'];
type Listener = {
  onEvent: (event: ProjectEvent) => void;
  /** The connection was refused and is back: events may have been missed. */
  onGap: () => void;
};

const TYPES: readonly EventType[] = [
  'round.changed',
  'round.progress',
  'queue.published',
  'labels.changed',
  'model.ready',
  'import.changed',
  'simulation.changed',
  'project.changed',
];
const RETRY = { firstMs: 1000, mostMs: 30_000 };

type Channel = { listeners: Set<Listener>; close: () => void };
const channels = new Map<string, Channel>();

function isEvent(value: unknown): value is ProjectEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    TYPES.some((type) => type === value.type)
  );
}

function openChannel(projectId: string): Channel {
  const listeners = new Set<Listener>();
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;
  const backoff = new Backoff(RETRY);
  let closed = false;
  let refused = false;

  const hear = (message: Event) => {
    if (!(message instanceof MessageEvent) || typeof message.data !== 'string') return;
    const data: unknown = JSON.parse(message.data);
    if (isEvent(data)) for (const each of [...listeners]) each.onEvent(data);
  };
  const connect = () => {
    source = new EventSource(`/api/v1/projects/${encodeURIComponent(projectId)}/events`);
    source.onopen = () => {
      backoff.reset();
      if (refused) for (const each of [...listeners]) each.onGap();
      refused = false;
    };
    source.onmessage = hear;
    for (const type of TYPES) source.addEventListener(type, hear);
    source.onerror = () => {
      // The browser goes on by itself after a break; after a refusal it gives up, so we ask again.
      if (source?.readyState !== EventSource.CLOSED || closed) return;
      refused = true;
      retry = setTimeout(connect, backoff.next());
    };
  };
  connect();
  return {
    listeners,
    close: () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      source?.close();
    },
  };
}

/** Hears the live events of a project; all listeners of a page share one connection. */
export function listenToProject(projectId: string, listener: Listener): () => void {
  const channel = channels.get(projectId) ?? openChannel(projectId);
  channels.set(projectId, channel);
  channel.listeners.add(listener);
  return () => {
    channel.listeners.delete(listener);
    if (channel.listeners.size === 0) {
      channel.close();
      channels.delete(projectId);
    }
  };
}
