import { LaunchFailure } from './failure.mjs';

const PATIENCE_MS = 120_000;
const ASK_EVERY_MS = 150;
const ANSWER_MS = 5000;

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const body = await response.text();
    return { ok: response.ok, status: response.status, body };
  } catch (error) {
    return { ok: false, status: 0, body: error.cause?.code ?? error.message };
  }
}

/** Asks until the answer is right, or until nobody wants to know any more. */
export async function waitFor(name, url, { accept = () => true, stopped }) {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask(url);
    if (answer.ok && accept(answer.body)) return;
    if (stopped()) return;
    if (performance.now() > giveUpAt) {
      throw new LaunchFailure(
        `The ${name} is not ready after ${PATIENCE_MS / 1000} s; it last said: ${answer.status} ${answer.body.slice(0, 300)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** The API's own word on it: database, queue and store answer, and at least one worker is there. */
export function saysReady(body) {
  try {
    const health = JSON.parse(body);
    return health.status === 'ready' && health.workers > 0;
  } catch {
    return false;
  }
}
