import { createOnnxEngine } from '@dubio/bayes-core';
import { type Bench, countOption, numberOption } from '../framework/bench.js';
import { writeWhole } from '../framework/files.js';
import { median } from '../framework/statistics.js';
import { drawCurve, EDGE } from './curve-data.js';
import { type Agreement, agreement, REACHES, type ViewClaims, viewClaims } from './gp-claims.js';
import { ACTIVATIONS, EXACT, gpPicture, type SeedViews } from './gp-picture.js';
import {
  deepView,
  gpView,
  type ViewOptions,
  WIDE_POSTERIORS,
  wideDeviation,
  wideView,
} from './views.js';

/**
 * The lecture's one-dimensional pictures: where dropout networks are uncertain, and a wide network
 * beside its process.
 */
export const gpViewBench: Bench = {
  name: 'gp-view',
  summary:
    'uncertainty away from data with relu and tanh, and wide networks beside an exact Gaussian process',
  options: {
    rows: { hint: 'points', default: '100' },
    'deep-units': { hint: 'of each of the five hidden layers', default: '256' },
    'wide-units': { hint: 'of the one wide hidden layer', default: '1024' },
    rate: { hint: 'dropout rate', default: '0.1' },
    passes: { hint: 'posterior samples', default: '100' },
    steps: { hint: 'of the optimiser', default: '4000' },
    seeds: { hint: 'data sets and networks', default: '3' },
    threads: { hint: 'native threads', default: '1' },
  },
  async run({ options, out, log }) {
    const engine = createOnnxEngine({ threads: countOption(options, 'threads') });
    const [deep, wide] = [countOption(options, 'deep-units'), countOption(options, 'wide-units')];
    const reach = EDGE * REACHES.at(-1)!;
    const places = Float32Array.from({ length: 241 }, (_, i) => (reach * (i - 120)) / 120);
    const seeds: SeedViews[] = [];
    for (let seed = 0; seed < countOption(options, 'seeds'); seed++) {
      const data = drawCurve(countOption(options, 'rows'), seed);
      const common: ViewOptions = {
        engine,
        data,
        places,
        passes: countOption(options, 'passes'),
        steps: countOption(options, 'steps'),
        rate: numberOption(options, 'rate'),
        seed,
      };
      const views = new Map([[EXACT, gpView(common, wide)]]);
      for (const kind of ACTIVATIONS) views.set(kind, await deepView(common, kind, deep));
      for (const kind of WIDE_POSTERIORS) views.set(kind, await wideView(common, kind, wide));
      seeds.push({ data, views });
      for (const [name, view] of views)
        log(`seed ${seed}, ${name}: ${sentence(viewClaims(places, view))}`);
    }
    const claims = [...seeds[0]!.views.keys()].map((name) => claimsOf(name, seeds, places));
    const table = claimsTable(claims);
    log(table);
    writeWhole(`${out.replace(/\.json$/, '')}.svg`, gpPicture(seeds[0]!, places, { deep, wide }));
    return {
      reaches: REACHES,
      priorDeviation: wideDeviation(wide),
      claims,
      table,
      picture: { places: [...places], views: Object.fromEntries(seeds[0]!.views) },
    };
  },
};

type Claims = ViewClaims & { readonly name: string; readonly agreement: Agreement | null };

/** Medians over the seeds. */
function claimsOf(name: string, seeds: readonly SeedViews[], places: Float32Array): Claims {
  const claims = seeds.map(({ views }) => viewClaims(places, views.get(name)!));
  const agreements = seeds.map(({ views }) =>
    agreement(places, views.get(name)!, views.get(EXACT)!),
  );
  const middle = <Of>(of: readonly Of[], pick: (one: Of) => number) => median(of.map(pick));
  const isWide = WIDE_POSTERIORS.some((kind) => kind === name);
  return {
    name,
    inside: middle(claims, (c) => c.inside),
    outside: REACHES.map((_, i) => middle(claims, (c) => c.outside[i]!)),
    growth: middle(claims, (c) => c.growth),
    agreement: isWide
      ? {
          meanApart: middle(agreements, (a) => a.meanApart),
          insideRatio: middle(agreements, (a) => a.insideRatio),
          outsideRatios: REACHES.map((_, i) => middle(agreements, (a) => a.outsideRatios[i]!)),
          shape: middle(agreements, (a) => a.shape),
        }
      : null,
  };
}

const sentence = ({ inside, outside, growth }: ViewClaims): string =>
  `inside ${inside.toFixed(3)}, at ${REACHES.join(', ')} edges ${outside.map((x) => x.toFixed(3)).join(', ')}, growth ${growth.toFixed(2)}`;

function claimsTable(claims: readonly Claims[]): string {
  const lines = claims.map(({ name, inside, outside, growth, agreement: own }) =>
    [
      label(name),
      inside.toFixed(3),
      ...outside.map((x) => x.toFixed(2)),
      growth.toFixed(2),
      own ? own.meanApart.toFixed(3) : '',
      own ? [own.insideRatio, ...own.outsideRatios].map((x) => x.toFixed(2)).join(', ') : '',
      own ? own.shape.toFixed(2) : '',
    ].join(' | '),
  );
  return [
    `| network | inside | ${REACHES.map((reach) => `${reach} edges`).join(' | ')} | growth | mean apart | uncertainty over the exact one, inside and at ${REACHES.join(', ')} edges | correlation of ln uncertainty |`,
    `|---|${'---|'.repeat(REACHES.length + 5)}`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

const label = (name: string): string =>
  ACTIVATIONS.some((kind) => kind === name) ? `five layers, ${name}, dropout` : name;
