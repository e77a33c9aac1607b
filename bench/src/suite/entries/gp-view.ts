import type { Agreement, ViewClaims } from '../../gp-view/gp-claims.js';
import { gpViewBench } from '../../gp-view/gp-view.bench.js';
import type { Figure, SuiteEntry } from '../entry.js';

type Claims = ViewClaims & { readonly name: string; readonly agreement: Agreement | null };

const LECTURE = 'Gal & Ghahramani 2016, section 5.1, pictures';

export const gpView: SuiteEntry = {
  name: 'gp-view',
  title: 'The Gaussian-process view',
  bench: gpViewBench,
  options: () => ({ short: { seeds: '1', steps: '2000' }, long: {} }),
  protocol: {
    short: 'one seed, 2,000 steps',
    long: 'three seeds, 4,000 steps; 256 units per layer where the pictures have 1,024',
  },
  hasTable: true,
  hasPicture: true,
  figures: ({ claims }) => {
    const all = claims as readonly Claims[];
    const growth = (name: string) => all.find((one) => one.name === name)!.growth;
    return [
      limit('relu', growth('relu'), 'grows with the distance: about 2', (g) => g > 1.5),
      limit('tanh', growth('tanh'), 'bounded: about 1', (g) => g < 1.25),
      ...all.flatMap(({ name, agreement }): Figure[] =>
        agreement
          ? [
              {
                what: `${name}, wide: uncertainty over that of the exact process, inside and farthest`,
                ours: `${agreement.insideRatio.toFixed(2)}, ${agreement.outsideRatios.at(-1)!.toFixed(2)}`,
                published: {
                  value: '1, 1 for an exact posterior',
                  source: 'arc-cosine kernel, solved exactly',
                },
                remark: `Approximate posterior; its means lie ${agreement.meanApart.toFixed(3)} spreads apart, ln uncertainty correlates at ${agreement.shape.toFixed(2)}.`,
              },
            ]
          : [],
      ),
    ];
  },
};

function limit(
  name: string,
  growth: number,
  expected: string,
  holds: (g: number) => boolean,
): Figure {
  return {
    what: `five layers of ${name}: uncertainty at 6 edges over that at 3`,
    ours: growth.toFixed(2),
    published: { value: expected, source: LECTURE },
    ...(holds(growth) ? {} : { remark: 'Not what the pictures show.' }),
  };
}
