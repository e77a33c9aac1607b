import type { Choice } from '@dubio/contracts';

/** Keys that do something else on the labelling page. */
const TAKEN = new Set(['z', 's', 'f', 'n', 'w']);

/** The order answers take keys in: as they lie on the keyboard, then letters. */
const KEY_ORDER: readonly string[] = [
  ...'1234567890',
  ...[...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => !TAKEN.has(letter)),
];

export type KeyedChoice = {
  value: string;
  name: string;
  /** Place in the label schema; colours belong to it, whatever the order on the screen. */
  index: number;
  /** None when there are more answers than keys. */
  key: string | null;
};

function usable(key: string | undefined): string | null {
  const lower = key?.toLowerCase();
  return lower !== undefined && KEY_ORDER.includes(lower) ? lower : null;
}

/** The keys people chose, or, for answers that are keys themselves ("0" to "9"), those. */
function ownKeys(choices: readonly Choice[]): (string | null)[] {
  const chosen = choices.map((choice) => usable(choice.key));
  if (chosen.some((key) => key !== null)) return chosen;
  const named = choices.map((choice) => usable(choice.value));
  const all = named.every((key) => key !== null) && new Set(named).size === named.length;
  return all ? named : choices.map(() => null);
}

/**
 * Gives each answer its key: its own where it has one, else the next free one in keyboard order.
 * When every answer has its own key they are laid out like the keyboard, so that the hand finds
 * them.
 */
export function assignKeys(choices: readonly Choice[]): KeyedChoice[] {
  const own = ownKeys(choices);
  const used = new Set<string>();
  const first = own.map((key) => {
    if (key === null || used.has(key)) return null;
    used.add(key);
    return key;
  });
  const free = KEY_ORDER.filter((key) => !used.has(key));
  const keyed = choices.map((choice, index) => ({
    value: choice.value,
    name: choice.title ?? choice.value,
    index,
    key: first[index] ?? free.shift() ?? null,
  }));
  if (first.some((key) => key === null)) return keyed;
  return keyed.sort((a, b) => KEY_ORDER.indexOf(a.key ?? '') - KEY_ORDER.indexOf(b.key ?? ''));
}
