// Arrows point one way. Each rule says why; scripts/check-arrows.mjs runs them and makes sure that
// there was something to look at.

/** What each part may import of ours. What is not listed is forbidden. */
const MAY_IMPORT = {
  'packages/contracts': [[], 'contracts is the ground: whatever crosses a border stands on it'],
  'packages/bayes-core': [
    [],
    'the science knows nothing of the platform: no database, no queue, no HTTP',
  ],
  'packages/active-learning': [
    ['bayes-core', 'contracts'],
    'the decision is pure: it is handed predictions and reports in the shapes of contracts; it knows no engine, store, queue or database',
  ],
  'packages/platform': [
    ['contracts'],
    'platform is shared by api and worker and must not know either',
  ],
  'packages/labelling': [
    ['platform', 'contracts'],
    'labelling is what api and worker share of the product; it knows no HTTP and no network',
  ],
  'packages/sdk': [
    ['contracts'],
    'the SDK is installed by strangers; the server is not part of it',
  ],
  'apps/api': [
    ['labelling', 'platform', 'active-learning', 'contracts'],
    'the API never trains and never scores: it enqueues',
  ],
  'apps/worker': [
    ['labelling', 'platform', 'active-learning', 'bayes-core', 'contracts'],
    'workers have no page and no client of the API',
  ],
  'apps/web': [['sdk', 'contracts'], 'the page talks to the API only, as everybody else does'],
  bench: [
    ['labelling', 'platform', 'active-learning', 'bayes-core', 'contracts', 'sdk'],
    'experiments run the packages as they are, never an app from inside',
  ],
};

/** Layers of the packages of science: each may import only what stands before it. */
const LAYERS = {
  'bayes-core': [
    'random',
    'graph',
    'engine',
    'nn',
    'prior',
    'posterior',
    'likelihood',
    'train',
    'partitioned',
    'predict',
    'compression',
    'io',
  ],
  'active-learning': [
    'uncertainty',
    'acquisition',
    'calibration',
    'active-testing',
    'labels',
    'evaluation',
    'learner',
  ],
};

/** Rooms of the worker: each may import only what stands before it. */
const ROOMS = [
  'budgets',
  'compute',
  'claims',
  'features',
  'tasks',
  'rounds',
  'imports',
  'simulations',
  'maintenance',
  'demo',
];

const escapePath = (text) => text.replace(/[/.]/g, '\\$&');
const TEST = '\\.test\\.[cm]?[jt]sx?$|(^|/)(test|testing)/';

const arrowRules = Object.entries(MAY_IMPORT).map(([part, [allowed, reason]]) => {
  const own = `^${escapePath(part)}/`;
  const others = allowed.map((name) => `^packages/${name}/`);
  return {
    name: `arrow-${part.replace('/', '-')}`,
    severity: 'error',
    comment: `${part} imports ${allowed.join(', ') || 'nothing of ours'}: ${reason}.`,
    from: { path: own },
    to: { path: '^(packages|apps|bench)/', pathNot: [own, ...others] },
  };
});

const layerRules = Object.entries(LAYERS).flatMap(([part, layers]) =>
  layers.map((layer, at) => ({
    name: `layer-${layer}`,
    severity: 'error',
    comment: `${part}/${layer} imports only layers below it, so that each can be read, and trusted, without those above.`,
    from: { path: `^packages/${part}/src/${layer}/`, pathNot: TEST },
    to: {
      path: `^packages/${part}/src/(${[...layers.slice(at + 1), 'index'].join('|')})[/.]`,
      // A file format that knows nothing of networks: whoever saves weights may use it.
      pathNot: '^packages/bayes-core/src/io/safetensors',
    },
  })),
);

const roomRules = ROOMS.map((room, at) => ({
  name: `room-${room}`,
  severity: 'error',
  comment: `worker/${room} imports only rooms below it, so that a job can be followed downwards: from its handler to the claim and the tasks, never back. Files beside the rooms put them together.`,
  from: { path: `^apps/worker/src/${room}/`, pathNot: TEST },
  to: {
    path: `^apps/worker/src/(${[...ROOMS.slice(at + 1), '[^/]+\\.ts$'].join('|')})`,
    // What every handler is given; its types come from the lowest room.
    pathNot: '^apps/worker/src/services\\.ts$',
  },
}));

module.exports = {
  forbidden: [
    ...arrowRules,
    ...layerRules,
    ...roomRules,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'apps-run',
      severity: 'error',
      comment: 'apps run, packages are imported: what two apps need belongs into a package.',
      from: { pathNot: '^apps/' },
      to: { path: '^apps/' },
    },
    {
      name: 'through-the-face',
      severity: 'error',
      comment:
        'An index.ts is the face of a package, or of a part that its package.json exports; what is not in it may change at any time.',
      from: { path: '^(?:packages|apps)/([^/]+)/|^(bench)/' },
      to: {
        path: '^packages/([^/]+)/(src|dist)/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/(src|dist)/((testing|catalogue|backoff|proxies)/)?index\\.',
          '^packages/bayes-core/dist/pure\\.',
        ],
      },
    },
    {
      name: 'tests-stay-tests',
      severity: 'error',
      comment: 'Product code that needs test code would not run where tests are not shipped.',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'bayes-core-is-offline',
      severity: 'error',
      comment:
        'bayes-core computes: the network, other processes and threads belong to the worker.',
      from: { path: '^packages/bayes-core/src/', pathNot: TEST },
      to: { path: '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|cluster)$' },
    },
    {
      name: 'decision-without-engines',
      severity: 'error',
      comment:
        'Whom to ask next and whom to trust must be told from predictions alone, wherever they come from.',
      from: { path: '^packages/active-learning/src/' },
      to: { path: '^packages/bayes-core/', pathNot: '^packages/bayes-core/dist/pure\\.' },
    },
    {
      name: 'decision-is-pure',
      severity: 'error',
      comment: 'A decision is a function of what it is told: no file, process or network.',
      from: { path: '^packages/active-learning/src/', pathNot: TEST },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'pure-without-engines',
      severity: 'error',
      comment:
        'What is imported where no engine is must not load one; shapes of predictions are types.',
      from: { path: '^packages/bayes-core/src/pure\\.ts$' },
      to: {
        pathNot:
          '^packages/bayes-core/src/(errors|log-space|tensor|random/|io/safetensors|predict/moments)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'engines-apart',
      severity: 'error',
      comment: 'Two engines check each other only while neither stands on the other.',
      from: { path: '^packages/bayes-core/src/engine/([^/]+)/', pathNot: TEST },
      to: {
        path: '^packages/bayes-core/src/engine/([^/]+)/',
        pathNot: '^packages/bayes-core/src/engine/$1/',
      },
    },
    {
      name: 'runs-in-a-browser',
      severity: 'error',
      comment:
        'The page bundles contracts and the SDK: no Node modules outside the command line and what only servers read.',
      from: {
        path: '^packages/(contracts|sdk)/src/',
        pathNot: [TEST, '^packages/sdk/src/cli/', '^packages/contracts/src/proxies/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere hides every arrow behind it.',
      from: { pathNot: '\\.gen\\.ts$' },
      to: { couldNotResolve: true, pathNot: '^(next|@/)|\\.css$' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/dist/'] },
    exclude: { path: ['\\.next/', '/generated/', '^packages/[^/]+/dist/.*\\.d\\.ts$'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
