/** No value of the contract is nested deeper; what is would only wear out whoever walks it. */
export const MOST_LEVELS = 64;

/** Half of a surrogate pair: no encoding has bytes for it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why a text can be stored nowhere, as words after "expected"; null where it can. */
export function textProblem(text: string): string | null {
  if (text.includes('\u0000')) return 'text without the character U+0000';
  return LONE_SURROGATE.test(text) ? 'text without half of a surrogate pair' : null;
}

type Place = {
  readonly value: object;
  readonly key: string | null;
  readonly parent: Place | null;
  readonly level: number;
};

const pathOf = (place: Place | null): string[] => {
  const path: string[] = [];
  for (let at = place; at !== null; at = at.parent) if (at.key !== null) path.unshift(at.key);
  return path;
};

/** An array, or an object that stands on nothing else: parsers of queries make such of their own. */
const isPlain = (value: object): boolean => {
  if (Array.isArray(value)) return true;
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/**
 * The first part of a JSON value that can be stored nowhere: a text or a name that no database
 * takes, or levels without end. Streams and other objects are left alone. It walks without
 * recursion, so that no depth ends it.
 * @see docs/decisions/0166
 */
export function unstorable(
  input: unknown,
): { readonly path: readonly string[]; readonly expected: string } | null {
  if (typeof input === 'string') {
    const expected = textProblem(input);
    return expected === null ? null : { path: [], expected };
  }
  if (typeof input !== 'object' || input === null || !isPlain(input)) return null;
  const waiting: Place[] = [{ value: input, key: null, parent: null, level: 1 }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (place.level > MOST_LEVELS) {
      return { path: pathOf(place.parent), expected: `at most ${MOST_LEVELS} levels` };
    }
    for (const [key, value] of Object.entries(place.value)) {
      const name = Array.isArray(place.value) ? null : textProblem(key);
      if (name !== null) return { path: pathOf(place), expected: `names of ${name}` };
      if (typeof value === 'string') {
        const expected = textProblem(value);
        if (expected !== null) return { path: [...pathOf(place), key], expected };
      } else if (typeof value === 'object' && value !== null && isPlain(value)) {
        waiting.push({ value, key, parent: place, level: place.level + 1 });
      }
    }
  }
  return null;
}
