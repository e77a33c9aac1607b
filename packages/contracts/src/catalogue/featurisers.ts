import type { Entry, KindOf } from './fields.js';

/** What an item is, hence how it is shown and turned into features. */
export const ITEM_KINDS = ['image', 'table', 'vector', 'text'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** How items become features; each is for one kind of item. */
export const FEATURISERS = {
  pixels: {
    label: 'Pixels',
    items: 'image',
    when: 'Pictures: each is scaled to one size, and its pixels are the features.',
    fields: {
      width: { type: 'whole', label: 'Width', unit: 'pixels', min: 1, max: 512 },
      height: { type: 'whole', label: 'Height', unit: 'pixels', min: 1, max: 512 },
      channels: {
        type: 'number-choice',
        label: 'Channels',
        about: '1 is grey, 3 is red, green and blue.',
        values: [1, 3],
        default: 1,
      },
    },
    first: { kind: 'pixels', width: 28, height: 28, channels: 1 },
  },
  table: {
    label: 'Columns of a table',
    items: 'table',
    when: 'Rows of a table: numbers are scaled, words become one feature each.',
    fields: {},
    first: { kind: 'table' },
  },
  vector: {
    label: 'Numbers as they are',
    items: 'vector',
    when: 'Features that another program made: they are taken as they are.',
    fields: {},
    first: { kind: 'vector' },
  },
  text: {
    label: 'Hashed words',
    items: 'text',
    when: 'Texts: words are hashed into so many buckets.',
    fields: {
      buckets: { type: 'whole', label: 'Buckets', min: 64, max: 65_536, default: 2048 },
    },
    first: { kind: 'text', buckets: 2048 },
  },
} as const satisfies Readonly<
  Record<
    string,
    Entry & {
      readonly items: ItemKind;
      /** Of a project that says nothing about it. */
      readonly first: Readonly<Record<string, string | number>>;
    }
  >
>;
export type Featuriser = KindOf<'kind', typeof FEATURISERS>;

/** The featuriser of items of a kind, until a project says otherwise. */
export const defaultFeaturiser = (kind: ItemKind): Featuriser =>
  Object.values(FEATURISERS).find(({ items }) => items === kind)?.first ?? FEATURISERS.vector.first;
