import { LaunchFailure } from './failure.mjs';
import { say } from './progress.mjs';

const CALM_MS = 60_000;
const MAX_RESTARTS = 5;
const RESTART_BASE_MS = 500;

/** All programs of the product: what falls over is started again, unless it keeps falling. */
export class Crew {
  #members = [];
  #environments = new Map();
  #falls = new Map();
  #folder;
  #ready = false;
  #leaving = false;
  #giveUp;
  /** Rejects when the crew cannot go on. */
  broken;

  constructor(folder) {
    this.#folder = folder;
    this.broken = new Promise((_resolve, reject) => {
      this.#giveUp = reject;
    });
    // Whoever cares looks at it; nobody may be looking yet when it happens.
    this.broken.catch(() => {});
  }

  start(member, environment) {
    this.#members.push(member);
    this.#environments.set(member, environment);
    this.#run(member);
  }

  /** From now on a fall is mended; before, it means that the product cannot start. */
  markReady() {
    this.#ready = true;
  }

  async restart(member) {
    if (this.#leaving) return;
    await member.stop();
    if (!this.#leaving) this.#run(member);
  }

  /** Stops everything at the same time; each has its own patience. */
  async stop() {
    this.#leaving = true;
    await Promise.all(this.#members.map((member) => member.stop()));
  }

  kill() {
    this.#leaving = true;
    for (const member of this.#members) member.kill();
  }

  #run(member) {
    const environment = this.#environments.get(member);
    member.start(environment, (fallen, outcome) => this.#onFall(fallen, outcome));
    this.#note();
  }

  #note() {
    const children = this.#members.flatMap(({ pid, script }) =>
      pid === undefined ? [] : [{ pid, script }],
    );
    this.#folder.noteChildren(children);
  }

  #onFall(member, outcome) {
    if (this.#leaving) return;
    const now = performance.now();
    const recent = (this.#falls.get(member) ?? []).filter((at) => now - at < CALM_MS);
    recent.push(now);
    this.#falls.set(member, recent);
    if (!this.#ready || recent.length > MAX_RESTARTS) {
      const tail = member.tail();
      const said = tail === '' ? '' : ` Its last words:\n${tail}`;
      this.#giveUp(new LaunchFailure(`The ${member.name} ended (${outcome}).${said}`));
      return;
    }
    say(`the ${member.name} ended (${outcome}); starting it again`);
    setTimeout(
      () => {
        if (!this.#leaving) this.#run(member);
      },
      RESTART_BASE_MS * 2 ** recent.length,
    );
  }
}
