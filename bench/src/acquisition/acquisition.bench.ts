import { getRule } from '@dubio/active-learning';
import { ADAPTIVE_RULES, RULE_NAMES } from '@dubio/contracts/catalogue';
import { type Bench, countOption, listOption } from '../framework/bench.js';
import { syntheticPool } from './synthetic-pool.js';
import { adaptiveTrials, timeRules } from './time-rules.js';

const CLASS_RULES = RULE_NAMES.filter((rule) => getRule(rule).kinds.includes('class'));

/**
 * Seconds and memory from log-probabilities to a batch, rule by rule, and what adaptive sampling
 * saves.
 */
export const acquisitionBench: Bench = {
  name: 'acquisition',
  summary: 'seconds and memory to pick a batch, by rule, and what adaptive sampling saves',
  options: {
    rules: { hint: 'by comma', default: CLASS_RULES.join(',') },
    rows: { hint: 'items of the pool', default: '60000' },
    samples: { hint: 'posterior samples T', default: '100' },
    classes: { hint: 'classes', default: '10' },
    dimensions: { hint: 'features of the last layer', default: '128' },
    batch: { hint: 'items to pick', default: '10' },
    'adaptive-rows': { hint: 'items of each pool that is sampled adaptively', default: '2000' },
    'adaptive-trials': {
      hint: 'seeded pools to sample adaptively; 0 leaves it out',
      default: '100',
    },
    'adaptive-first': { hint: 'samples that every item gets', default: '20' },
    'adaptive-queues': {
      hint: 'items of the queue that is sampled for, by comma',
      default: '10,100',
    },
  },
  async run({ options, log }) {
    const shape = {
      rows: countOption(options, 'rows'),
      samples: countOption(options, 'samples', 2),
      classes: countOption(options, 'classes', 2),
      dimensions: countOption(options, 'dimensions'),
    };
    const batchSize = countOption(options, 'batch');
    const rules = timeRules(syntheticPool(shape, 0), listOption(options, 'rules'), {
      batchSize,
      log,
    });
    const trials = countOption(options, 'adaptive-trials', 0);
    const adaptiveShape = { ...shape, rows: countOption(options, 'adaptive-rows') };
    const adaptiveRuns =
      trials === 0
        ? []
        : listOption(options, 'adaptive-queues').flatMap((queue) => {
            const queueSize = countOption({ queue }, 'queue');
            return adaptiveTrials((seed) => syntheticPool(adaptiveShape, seed), {
              rules: ADAPTIVE_RULES,
              trials,
              first: countOption(options, 'adaptive-first', 2),
              queueSize,
            }).map((adaptiveSampling) => ({ ...adaptiveSampling, queueSize }));
          });
    for (const { rule, queueSize, sameQueue, shareOfWork } of adaptiveRuns)
      log(
        `adaptive sampling by ${rule} for ${queueSize} items: same queue in ${sameQueue} of trials for ${shareOfWork.toFixed(2)} of the work`,
      );
    return { shape, batchSize, rules, adaptiveRuns };
  },
};
