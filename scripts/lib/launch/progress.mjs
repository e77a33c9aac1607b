const STILL_EVERY_MS = 10_000;
const startedAt = performance.now();

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const stamp = () => `[${seconds(performance.now() - startedAt).padStart(7)}]`;

/** One line of progress with the time since the start. */
export function say(line) {
  console.log(`${stamp()} ${line}`);
}

/**
 * Runs a step that may take long and says now and then that it goes on; `detail()` may name what it
 * is at.
 */
export async function step(title, work, detail = () => '') {
  const begunAt = performance.now();
  say(`${title} …`);
  const timer = setInterval(() => {
    const what = detail();
    const tail = what === '' ? '' : `: ${what}`;
    say(`  still at it, ${Math.round((performance.now() - begunAt) / 1000)} s so far${tail}`);
  }, STILL_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
