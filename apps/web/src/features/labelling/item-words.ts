import type { Item } from '@dubio/contracts';

export type ItemWords = {
  /** The text to label, of a text item. */
  text: string | null;
  /** What stands beside it: name and value, in the order of the source. */
  facts: readonly { name: string; value: string }[];
};

function asText(value: string | number | null): string {
  return value === null ? 'empty' : String(value);
}

/** Splits what an item shows into the text to read and the facts around it. */
export function itemWords(item: Item): ItemWords {
  const entries = Object.entries(item.payload);
  if (item.kind !== 'text') {
    return { text: null, facts: entries.map(([name, value]) => ({ name, value: asText(value) })) };
  }
  // The text is under its own name, or it is what is longest.
  const named = entries.find(([name]) => name === 'text');
  const longest = entries
    .filter(([, value]) => typeof value === 'string')
    .sort((a, b) => asText(b[1]).length - asText(a[1]).length)[0];
  const main = named ?? longest;
  return {
    text: main === undefined ? '' : asText(main[1]),
    facts: entries
      .filter((entry) => entry !== main)
      .map(([name, value]) => ({ name, value: asText(value) })),
  };
}

/** The beginning of an item without a picture, for a small place. */
export function firstWords(item: Item, length: number): string {
  const { text, facts } = itemWords(item);
  const words = text ?? facts.map((fact) => fact.value).join(' ');
  return words.length > length ? `${words.slice(0, length - 1).trimEnd()}…` : words;
}
