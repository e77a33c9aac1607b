import { acquisitionBench } from '../../acquisition/acquisition.bench.js';
import type { AdaptiveResult, RuleTime } from '../../acquisition/time-rules.js';
import { AIM, type Figure, type SuiteEntry } from '../entry.js';

const AUTHORS = 'BatchBALD logs, repeated MNIST, k = 10, b = 10: 1,263 s over 40 s a round';

export const acquisition: SuiteEntry = {
  name: 'acquisition',
  title: 'What it costs to pick a batch',
  bench: acquisitionBench,
  options: () => ({ short: { rows: '10000', 'adaptive-trials': '5' }, long: {} }),
  protocol: {
    short: '10,000 items of a synthetic pool, T = 100, C = 10, batch of 10',
    long: '60,000 items of a synthetic pool, T = 100, C = 10, batch of 10',
  },
  figures: ({ rules, adaptiveRuns }) => [
    ...(rules as readonly RuleTime[])
      .filter(({ rule }) => rule !== 'bald')
      .map(({ rule, seconds, timesBald }): Figure => {
        const figure = {
          what: `${rule}: time over BALD`,
          ours: `${timesBald.toFixed(2)} (${seconds.toFixed(1)} s)`,
        };
        if (rule !== 'batch-bald') return figure;
        return {
          ...figure,
          published: { value: '31', source: AUTHORS },
          remark:
            'Lazy greedy over 1,000 candidates, where the authors score the whole pool at each pick.',
        };
      }),
    ...((adaptiveRuns ?? []) as readonly (AdaptiveResult & { queueSize: number })[]).map(
      ({ rule, queueSize, sameQueue, shareOfWork }): Figure => ({
        what: `adaptive sampling by ${rule} for ${queueSize} of the items: same queue as all samples give, and share of the work`,
        ours: `${(100 * sameQueue).toFixed(0)} % of trials, ${shareOfWork.toFixed(2)}`,
        published: { value: 'at least 95 %', source: AIM },
      }),
    ),
  ],
};
