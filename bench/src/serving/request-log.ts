import { quantile } from '../framework/statistics.js';

export type ServerView = {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

type Entry = { msg?: string; method?: string; path?: string; ms?: number };

/**
 * What the API itself logs of its requests: the time between the head of a request and its answer.
 */
export class RequestLog {
  #lines: string[] = [];

  readonly take = (line: string): void => {
    this.#lines.push(line);
  };

  clear(): void {
    this.#lines = [];
  }

  /** Times of the requests to paths with this end, whole milliseconds as the API logs them. */
  view(method: string, pathEnd: string): ServerView {
    const times = this.#lines.flatMap((line) => {
      const entry = JSON.parse(line) as Entry;
      const fits = entry.method === method && entry.path?.endsWith(pathEnd);
      return entry.msg === 'request' && fits && entry.ms !== undefined ? [entry.ms] : [];
    });
    return { requests: times.length, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
  }
}
