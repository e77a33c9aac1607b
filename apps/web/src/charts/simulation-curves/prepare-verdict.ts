import type { AcquisitionRule, Replay } from '@dubio/contracts';
import { formatNumber, formatPercent } from '@/lib/format';
import { type Goal, labelsNeeded, type Needed, summariseRules, writeNeeded } from './aggregate';
import { ruleName, ruleTitle } from './rule-names';

export type Verdict = {
  readonly headline: string;
  readonly sub: string;
  /** The rule to offer, when it is clearly better than the one in use. */
  readonly use: AcquisitionRule | null;
};

type Standing = { readonly rule: AcquisitionRule; readonly needed: Needed; readonly done: number };
type VerdictInput = {
  readonly replays: readonly Replay[];
  readonly goal: Goal | null;
  readonly inUse: AcquisitionRule;
  /** The last number of labels of each replay. */
  readonly end: number;
};

/**
 * The sentence the simulation page opens with, and the figures it rests on.
 * @see docs/decisions/0061
 */
export function prepareVerdict(input: VerdictInput): Verdict {
  const { replays, goal } = input;
  const care = careSentence(replays);
  const standings = goal === null ? [] : standingsOf(replays, goal);
  if (goal === null || standings.length === 0) {
    return {
      headline: nothingYet(replays),
      sub: joinSentences([doneSentence(replays), care]),
      use: null,
    };
  }
  const target =
    goal.metricName === 'accuracy'
      ? formatPercent(goal.target, 0)
      : `an error of ${formatNumber(goal.target, 2)}`;
  const best = standings[0];
  const random = standings.find((standing) => standing.rule === 'random');
  if (best === undefined || !Number.isFinite(best.needed.median)) {
    return {
      headline: `No rule reaches ${target} with ${input.end} labels`,
      sub: joinSentences(['Replay with more labels, or look at a lower target.', care]),
      use: null,
    };
  }
  const mine = standings.find((standing) => standing.rule === input.inUse);
  const inUse = inUseSentence(input, mine, best);
  if (random === undefined || standings.length === 1) {
    return {
      headline:
        standings.length === 1
          ? `${ruleTitle(best.rule)} reaches ${target} with ${writeNeeded(best.needed.median, input.end)} labels`
          : `${ruleTitle(best.rule)} needs the fewest labels to reach ${target}`,
      sub: joinSentences([
        `Median ${writeNeeded(best.needed.median, input.end)} labels over ${seedsOf(best.done)}; random was not replayed, so nothing says how many are saved.`,
        inUse,
        care,
      ]),
      use: null,
    };
  }
  if (best.rule === 'random') {
    return {
      headline: `No rule needs fewer labels than random to reach ${target}`,
      sub: joinSentences([
        `Random needs a median of ${writeNeeded(random.needed.median, input.end)} over ${seedsOf(random.done)}.`,
        inUse,
        care,
      ]),
      use: null,
    };
  }
  const apart = quartilesApart(best.needed, random.needed);
  const better = mine === undefined || best.needed.median < mine.needed.median;
  return {
    headline: headlineOf({ best, random, target, apart }),
    sub: joinSentences([comparison({ best, random, apart, end: input.end }), inUse, care]),
    use: apart === true && better && best.rule !== input.inUse ? best.rule : null,
  };
}

function standingsOf(replays: readonly Replay[], goal: Goal): Standing[] {
  return summariseRules(replays)
    .flatMap((summary) => {
      const needed = labelsNeeded(replays, summary.rule, goal);
      return needed === null ? [] : [{ rule: summary.rule, needed, done: summary.done }];
    })
    .sort((a, b) => (a.needed.median === b.needed.median ? 0 : a.needed.median - b.needed.median));
}

/** Whether the boxes stand apart; null when there are too few seeds for boxes. */
function quartilesApart(best: Needed, random: Needed): boolean | null {
  if (best.high === null || random.low === null) {
    return null;
  }
  return best.high < random.low;
}

type Pair = { readonly best: Standing; readonly random: Standing; readonly apart: boolean | null };
function headlineOf({ best, random, target, apart }: Pair & { readonly target: string }): string {
  if (apart === false) {
    return `${ruleTitle(best.rule)} and random cannot be told apart at ${target}`;
  }
  if (!Number.isFinite(random.needed.median)) {
    return `${ruleTitle(best.rule)} reaches ${target}, random does not`;
  }
  const saved = Math.round((1 - best.needed.median / random.needed.median) * 100);
  if (saved < 1) {
    return `${ruleTitle(best.rule)} needs as many labels as random to reach ${target}`;
  }
  return `${ruleTitle(best.rule)} needs ${saved} % fewer labels than random to reach ${target}`;
}

function comparison({ best, random, apart, end }: Pair & { readonly end: number }): string {
  const figures = `Median ${writeNeeded(best.needed.median, end)} against ${writeNeeded(random.needed.median, end)} labels over ${seedsOf(Math.min(best.done, random.done))}`;
  if (apart === null) {
    return `${figures}; too few seeds for quartiles.`;
  }
  return `${figures}; the quartiles ${apart ? 'do not overlap' : 'overlap'}.`;
}

function inUseSentence(input: VerdictInput, mine: Standing | undefined, best: Standing): string {
  if (mine === undefined) {
    return input.replays.some((replay) => replay.rule === input.inUse)
      ? ''
      : `${ruleTitle(input.inUse)}, in use now, was not replayed.`;
  }
  if (mine.rule === best.rule) {
    return 'It is in use now.';
  }
  return `${ruleTitle(mine.rule)}, in use now, needs ${writeNeeded(mine.needed.median, input.end)}.`;
}

function careSentence(replays: readonly Replay[]): string {
  const failed = replays.filter((replay) => replay.state === 'failed');
  const open = replays.filter((replay) => replay.state === 'running' || replay.state === 'waiting');
  const cancelled = replays.filter((replay) => replay.state === 'cancelled');
  const done = replays.some((replay) => replay.state === 'done');
  if (!done || failed.length + open.length + cancelled.length === 0) {
    return '';
  }
  const parts = [
    failed.length > 0 ? `${numberWord(failed.length)} of ${replays.length} replays failed` : '',
    cancelled.length > 0
      ? `${numberWord(cancelled.length)} ${cancelled.length === 1 ? 'was' : 'were'} cancelled`
      : '',
    open.length > 0 ? `${numberWord(open.length)} still ${open.length === 1 ? 'runs' : 'run'}` : '',
  ].filter((part) => part !== '');
  const rules = [
    ...new Set([...failed, ...cancelled, ...open].map((replay) => ruleName(replay.rule))),
  ];
  const said = capitalise(listOf(parts));
  return rules.length > 3
    ? `${said}: read the figures with care.`
    : `${said}: read ${listOf(rules)} with care.`;
}

function nothingYet(replays: readonly Replay[]): string {
  if (replays.some((replay) => replay.state === 'running' || replay.state === 'waiting')) {
    return 'Replays are running';
  }
  return replays.length > 0 && replays.every((replay) => replay.state === 'failed')
    ? 'Every replay failed'
    : 'No replay has finished';
}

function doneSentence(replays: readonly Replay[]): string {
  const done = replays.filter((replay) => replay.state === 'done').length;
  return `${done} of ${replays.length} done. A rule is judged once one of its seeds has finished.`;
}

const seedsOf = (count: number): string => `${count} ${count === 1 ? 'seed' : 'seeds'}`;
const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const numberWord = (count: number): string => WORDS[count] ?? String(count);
const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const joinSentences = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' ');

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
