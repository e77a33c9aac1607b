import {
  ACQUISITION,
  FEATURISERS,
  LEARNING,
  NETWORKS,
  NOISE,
  OPTIMISERS,
  PARTITION,
  POLICIES,
  POSTERIORS,
  REPLAY,
  RULES,
  STOP_RULES,
  TRAINING,
  takesBeta,
} from '@dubio/contracts/catalogue';

const HEAD = `<!-- Written by \`npm run catalogue\` from packages/contracts/src/catalogue. Change that, not this page. -->
# The catalogue

What can be chosen, by the names that the API takes, with bounds and defaults. The forms of the page, the checks of the API and
the help of the command line are made from the same files.
`;

const ASKED = {
  choice: 'one choice',
  choices: 'several choices',
  number: 'a number',
  fields: 'several fields',
};
const ORDERS = { greatest: 'greatest first', uniform: 'by chance', joint: 'as a batch' };

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text) => `\`${text}\``;
const yes = (is) => (is ? 'yes' : '');

function boundsOf(field) {
  switch (field.type) {
    case 'choice':
      return Object.keys(field.options).map(code).join(', ');
    case 'number-choice':
      return field.values.join(', ');
    case 'flag':
      return 'true, false';
    case 'sizes':
      return `${field.fewest} to ${field.most} whole numbers from ${field.min} to ${field.max}`;
    default: {
      const { min, above, max, below } = field;
      const what = field.type.endsWith('whole') ? 'whole' : 'number';
      const bounds = [
        min === undefined ? null : `≥ ${min}`,
        above === undefined ? null : `> ${above}`,
        max === undefined ? null : `≤ ${max}`,
        below === undefined ? null : `< ${below}`,
      ];
      return `${what} ${bounds.filter((bound) => bound !== null).join(', ')}`.trim();
    }
  }
}

function defaultWords(field) {
  if (field.default === undefined) return field.type.startsWith('optional') ? 'null' : 'none';
  const { default: value } = field;
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

const wordsOf = ({ label, unit }) => (unit === undefined ? label : `${label}, ${unit}`);
const fieldRow = (of, name, field) => [
  ...of,
  code(name),
  [`${wordsOf(field)}.`, field.hint ?? field.about].filter(Boolean).join(' '),
  boundsOf(field),
  defaultWords(field),
];
const FIELD_HEAD = ['field', 'what it is', 'values', 'default'];
const fieldTable = (fields) =>
  table(
    FIELD_HEAD,
    Object.entries(fields).map(([name, field]) => fieldRow([], name, field)),
  );
const kindTable = (kinds) =>
  table(
    ['of', ...FIELD_HEAD],
    Object.entries(kinds).flatMap(([kind, { fields }]) =>
      Object.entries(fields).map(([name, field]) => fieldRow([code(kind)], name, field)),
    ),
  );
const entryTable = (kinds, head, more) =>
  table(
    ['name', ...head, 'when to take it'],
    Object.entries(kinds).map(([name, entry]) => [code(name), ...more(entry, name), entry.when]),
  );

const posteriors = () =>
  entryTable(
    POSTERIORS,
    ['', 'one pass', 'smaller network', 'shards, streams', 'fits'],
    (entry) => [
      entry.label,
      yes(entry.can.onePass),
      yes(entry.can.compresses),
      yes(entry.can.partitions && entry.can.streams),
      entry.can.fits === 'everything' ? 'everything' : 'one choice or one number',
    ],
  );

const rules = () =>
  entryTable(RULES, ['asks for', 'of', 'order', 'beta', 'first look'], (entry, name) => [
    entry.asks,
    entry.fits.map((asked) => ASKED[asked]).join(', '),
    ORDERS[entry.order] ?? 'by chance',
    yes(takesBeta(name)),
    yes(entry.races),
  ]);

/** The page, from the catalogue as it is. */
export const cataloguePage = () =>
  [
    HEAD,
    '## Rules\n\n`acquisition.rule`: which items are asked for next. A first look is `policies.firstSamples`.\n',
    `${rules()}\n`,
    `${fieldTable(ACQUISITION)}\n`,
    '## Posteriors\n\n`modelSpec.posterior.kind`: how the weights are uncertain.\n',
    `${posteriors()}\n`,
    `${kindTable(POSTERIORS)}\n`,
    '## Networks\n\n`modelSpec.network.preset`.\n',
    `${entryTable(NETWORKS, [''], ({ label }) => [label])}\n`,
    `${kindTable(NETWORKS)}\n`,
    '## Training\n\n`modelSpec.optimiser.kind`, and what else `modelSpec` holds.\n',
    `${entryTable(OPTIMISERS, [''], ({ label }) => [label])}\n`,
    `${kindTable(OPTIMISERS)}\n`,
    `${fieldTable({ ...TRAINING, streaming: LEARNING.streaming })}\n`,
    '`noise`, the noise in the data:\n',
    `${fieldTable(NOISE)}\n`,
    '`partitioned`, the labels dealt to shards; null where they are not:\n',
    `${fieldTable(PARTITION)}\n`,
    '## Featurisers\n\n`featuriser.kind`: how items become features. Each is for one kind of item.\n',
    `${entryTable(FEATURISERS, ['items'], ({ items }) => [code(items)])}\n`,
    `${kindTable(FEATURISERS)}\n`,
    '## Policies\n\n`policies`: when to retrain, how many opinions, what is set apart.\n',
    `${fieldTable(POLICIES)}\n`,
    '`policies.stop`: when to stop asking. Each part may be null.\n',
    `${fieldTable(STOP_RULES)}\n`,
    '## Replays\n\nWhat a simulation takes: how far the loop is run again on known answers, and how often.\n',
    fieldTable(REPLAY),
    '',
  ].join('\n');
