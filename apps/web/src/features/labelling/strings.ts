import { formatCount, formatNumber, formatOrdinal, formatPercent, plural } from '@/lib/format';
import type { SkipReason } from './outbox/outbox-record';

export const SKIP_REASONS: Record<SkipReason, string> = {
  unclear: 'I cannot tell',
  broken: 'The item is broken',
  'none-fits': 'No answer fits',
  'not-mine': 'Not my field',
  other: 'Another reason',
};

export const strings = {
  title: 'Label',
  skipToItem: 'Skip to the item',
  item: 'Item',
  picture: (name: string) => `Item ${name}, to label`,
  answers: 'Answers',
  progress: {
    title: 'Progress',
    today: 'today, by you',
    inAll: 'by you in all',
    project: 'labels in the project',
    todayShort: (count: number) => `${formatCount(count)} today`,
  },
  pace: {
    title: 'Pace',
    seconds: (ms: number) => `${formatNumber(ms / 1000, 1)} s`,
    rest: 'an item, median of your last 50',
    none: 'Shown after your first answers.',
  },
  ahead: {
    title: 'Loaded ahead',
    rest: (count: number) =>
      count === 1
        ? 'item is ready, also without a connection.'
        : 'items are ready, also without a connection.',
  },
  newOrder: {
    title: 'New order',
    chip: 'new order',
    dismiss: 'Dismiss',
    detail: (round: number, changed: number, of: number) =>
      `Round ${round} is ready. ${changed} of your next ${of} items changed; the one in front of you stays.`,
  },
  queue: {
    from: 'Queue from ',
    round: (number: number) => `round ${number}`,
    roundShort: (number: number) => `Round ${number}`,
    diverse: 'No model yet: items that differ most',
    random: 'No model yet: items at random',
    short: 'No model yet',
    toNext: (count: number) => plural(count, 'label'),
    rest: 'until the next round',
    restShort: 'to go',
    soon: 'The next round starts now',
    ticks: (done: number, all: number) => `${done} of ${all} labels`,
  },
  waiting: {
    count: (count: number) => `${formatCount(count)} waiting`,
    rest: 'to be sent',
    offline: (count: number) =>
      count === 0
        ? 'No connection. Answers are kept here and will be sent.'
        : `No connection. ${plural(count, 'answer')} ${count === 1 ? 'is' : 'are'} kept here and will be sent.`,
    noConnection: 'No connection',
    signedOut: (count: number) =>
      `You are signed out. ${plural(count, 'answer')} ${count === 1 ? 'is' : 'are'} kept here; open your link again and they will be sent.`,
    notDurable:
      'This browser keeps nothing for pages: answers that have not been sent go with this tab.',
  },
  refused: {
    text: (count: number) => `${plural(count, 'answer')} ${count === 1 ? 'was' : 'were'} not taken`,
    withdrawn: (count: number) =>
      count === 1 ? ': the item was withdrawn.' : ': the items were withdrawn.',
    show: 'Show',
    title: 'Answers that were not taken',
    done: 'Put them aside',
  },
  actions: {
    undo: 'Undo',
    skip: 'Skip',
    flag: 'Flag',
    note: 'Note',
    why: 'Why this item',
    keys: 'Keys',
    save: 'Save the answer',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    noUndo: 'No connection. What the server has can be taken back once it is there again.',
  },
  skip: {
    title: 'Why skip it?',
    detail: 'Somebody else may know. The reason is kept with the item.',
    reasons: SKIP_REASONS,
  },
  note: {
    title: 'A note with your answer',
    label: 'Note',
    hint: 'Engineers and reviewers read it.',
    keep: 'Keep the note',
    leave: 'Leave it',
  },
  keys: {
    title: 'Keys',
    single: 'Single-letter keys',
    rest: 'They rest while a field has focus; Escape leaves the field.',
    undo: 'Undo, again and again',
    skip: 'Skip with a reason',
    flag: 'Flag for a second look',
    note: 'Note with the answer',
    why: 'Why this item',
    help: 'This list',
    zoom: 'Zoom',
    confirm: 'Save the answer',
    close: 'Close',
  },
  history: {
    title: 'Your last answers',
    label: 'Your last answers, newest first',
    skipped: 'skip',
    item: (answer: string, state: string, flagged: boolean) =>
      `${answer}, ${state}${flagged ? ', flagged' : ''}`,
    state: { waiting: 'waiting to be sent', sent: 'sent', refused: 'not taken' },
    none: 'None yet.',
  },
  fields: {
    title: 'About this item',
    any: 'Any number of these, also none.',
    none: 'none',
    choose: 'Choose one of these answers.',
  },
  number: {
    notNumber: 'A number is needed, such as 12 or 0.5.',
    below: (minimum: number, unit: string) => `At least ${minimum}${unit}.`,
    above: (maximum: number, unit: string) => `At most ${maximum}${unit}.`,
  },
  why: {
    title: 'Why this item',
    hide: 'Hide',
    show: 'Show',
    epistemic: 'Epistemic',
    aleatoric: 'Aleatoric',
    short: (nats: number, unit: string) => `${formatNumber(nats)} ${unit} epistemic`,
    most: (most: number) => `${formatNumber(most)} = knows nothing`,
    disagree: (share: number) =>
      share < 0.1
        ? 'The models agree. Your answer confirms it.'
        : share < 0.25
          ? 'The models disagree somewhat. Your answer removes this uncertainty.'
          : 'The models disagree. Your answer removes this uncertainty.',
    ambiguous: (share: number) =>
      share < 0.1
        ? 'Looks clear to each of them.'
        : share < 0.25
          ? 'Looks somewhat ambiguous to all of them. Labels do not remove it.'
          : 'Looks ambiguous to all of them. Labels do not remove it.',
    votes: (samples: number) => `What ${samples} posterior samples say`,
    tick: (samples: number) => `Each tick is one sample’s vote, of ${samples}.`,
    mean: 'The model’s mean',
    rank: (rank: number) => formatOrdinal(rank),
    ofQueue: (size: number) => ` of ${formatCount(size)} in the queue.`,
    more: ' More epistemic uncertainty than ',
    quantile: (share: number) => formatPercent(share, share > 0.99 ? 2 : 0),
    ofPool: ' of the pool.',
    control: 'Drawn by chance, not chosen by the rule: honest figures rest on such items.',
    cold: 'There is no model yet. This item was chosen to be unlike the ones before.',
    coldRandom: 'There is no model yet. This item was drawn at random.',
    noFigures: 'The model in use has no figures for this item.',
    hidden: 'This project hides the model while people label, because its opinion biases them.',
  },
  states: {
    loading: 'Loading the first items',
    emptyTitle: 'The queue is empty',
    allAnswered: (size: number, round: number) =>
      `${size === 1 ? 'The one item' : `All ${plural(size, 'item')}`} of round ${round} ${size === 1 ? 'has an answer' : 'have answers'} or ${size === 1 ? 'is' : 'are'} in front of somebody. Round ${round + 1} will bring new ones; it takes about a minute.`,
    everyAnswered: 'Every item of the pool has an answer. New items come by an import.',
    othersHave:
      'You have answered all that waits here. The rest is for others, or in front of them.',
    skipped: (count: number, more: boolean) =>
      count === 1 && !more
        ? 'You skipped the one item that is left.'
        : `You skipped the ${formatCount(count)}${more ? ' and more' : ''} items that are left.`,
    showSkipped: 'Show what I skipped',
    noModelTitle: 'No model yet',
    noModel: (labels: number) => `${plural(labels, 'more label')} and round 1 starts by itself.`,
    noItemsTitle: 'No items yet',
    noItems: 'Import a table, a file of texts or a zip of images; the first items come here.',
    retrain: 'Retrain now',
    retraining: 'The round is on its way.',
    overview: 'Go to the overview',
    elsewhereTitle: 'You are labelling in another tab',
    elsewhere:
      'One tab at a time, so that no item is asked twice. Nothing is lost when you change.',
    labelHere: 'Label here',
    failedTitle: 'The next items could not be loaded',
    again: 'Try again',
    offlineTitle: 'No connection, and no item left here',
    offline: (count: number) =>
      count === 0
        ? 'The next items come as soon as the connection is back.'
        : `${plural(count, 'answer')} ${count === 1 ? 'is' : 'are'} kept here and will be sent. The next items come as soon as the connection is back.`,
    imageFailed: 'The picture did not come.',
    imageAgain: 'Load it again',
  },
} as const;
