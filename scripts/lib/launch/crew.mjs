import { isDiskFull } from './data-folder.mjs';
import { LaunchFailure } from './failure.mjs';
import { noteOf } from './processes.mjs';
import { say } from './progress.mjs';
import { ReaperLink } from './reaper-link.mjs';

const CALM_MS = 60_000;
/** Kills that a start survives; whoever ends by itself before all is ready cannot start. */
const EARLY_KILLS = 5;
const RESTART_BASE_MS = 500;
const RESTART_MOST_MS = 30_000;
/** From the so manieth fall in a row on, its last words are shown. */
const WORRYING_FALLS = 5;

/** Ended by somebody else, not by its own decision. */
const wasKilled = (outcome) => /^SIG[A-Z]+$/.test(String(outcome));

/**
 * All programs of the product: what falls over is started again, for as long as it takes, more and
 * more seldom.
 * @see docs/decisions/0169
 */
export class Crew {
  #members = [];
  #environments = new Map();
  #falls = new Map();
  #begunAt = new Map();
  #folder;
  #reaper;
  #ready = false;
  #leaving = false;
  #giveUp;
  /** Rejects when the crew cannot start. */
  broken;

  constructor(folder, reaper = new ReaperLink(folder.dir)) {
    this.#folder = folder;
    this.#reaper = reaper;
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

  /** Stops everything at the same time, each with its own patience; what all stand on comes last. */
  async stop() {
    this.#leaving = true;
    const stopAll = (members) => Promise.all(members.map((member) => member.stop()));
    await stopAll(this.#members.filter((member) => !member.isFoundation));
    await stopAll(this.#members.filter((member) => member.isFoundation));
    this.#reaper.close();
  }

  kill() {
    this.#leaving = true;
    for (const member of this.#members) member.kill();
  }

  #run(member) {
    this.#begunAt.set(member, performance.now());
    try {
      const environment = this.#environments.get(member);
      member.start(environment, (fallen, outcome) => this.#onFall(fallen, outcome));
    } catch (error) {
      this.#onFall(member, error.message);
    }
    this.#note();
  }

  #note() {
    const children = this.#members
      .filter(({ pid }) => pid !== undefined)
      .map(({ pid, script }) => noteOf(pid, script));
    this.#reaper.note(children);
    this.#folder.noteChildren(children);
  }

  /** Falls in a row: a minute of calm begins a new one. */
  #countFall(member) {
    const ranMs = performance.now() - this.#begunAt.get(member);
    const falls = (ranMs < CALM_MS ? (this.#falls.get(member) ?? 0) : 0) + 1;
    this.#falls.set(member, falls);
    return falls;
  }

  #onFall(member, outcome) {
    if (this.#leaving) return;
    const falls = this.#countFall(member);
    const tail = member.tail();
    const said = tail === '' ? '' : ` Its last words:\n${tail}`;
    const early = wasKilled(outcome) || member.isFoundation;
    if (!this.#ready && (!early || falls > EARLY_KILLS)) {
      this.#giveUp(new LaunchFailure(`The ${member.name} ended (${outcome}).${said}`));
      return;
    }
    const delayMs = Math.min(RESTART_MOST_MS, RESTART_BASE_MS * 2 ** falls);
    say(`the ${member.name} ended (${outcome}); starting it again`);
    if (falls >= WORRYING_FALLS) {
      say(`  ${falls} times in a row: the next try is in ${delayMs / 1000} s.${said}`);
    }
    const full = isDiskFull(this.#folder.dir);
    if (full !== null) say(`  ${full}`);
    setTimeout(() => {
      if (!this.#leaving) this.#run(member);
    }, delayMs);
  }
}
