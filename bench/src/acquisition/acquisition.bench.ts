import { ACQUISITION_RULE_NAMES, getRule, RACE_RULES } from '@dubio/active-learning';
import { type Bench, countOption, listOption } from '../framework/bench.js';
import { syntheticPool } from './synthetic-pool.js';
import { raceTrials, timeRules } from './time-rules.js';

const CLASS_RULES = ACQUISITION_RULE_NAMES.filter((rule) => getRule(rule).kinds.includes('class'));

/** Seconds and memory from log-probabilities to a batch, rule by rule, and what racing saves. */
export const acquisitionBench: Bench = {
  name: 'acquisition',
  summary: 'seconds and memory to pick a batch, by rule, and what a race for samples saves',
  options: {
    rules: { hint: 'by comma', default: CLASS_RULES.join(',') },
    rows: { hint: 'items of the pool', default: '60000' },
    samples: { hint: 'posterior samples T', default: '100' },
    classes: { hint: 'classes', default: '10' },
    dimensions: { hint: 'features of the last layer', default: '128' },
    batch: { hint: 'items to pick', default: '10' },
    'race-rows': { hint: 'items of each pool that is raced on', default: '2000' },
    'race-trials': { hint: 'seeded pools to race on; 0 leaves it out', default: '100' },
    'race-first': { hint: 'samples that every item gets', default: '20' },
    'race-queues': { hint: 'items of the queue that is raced for, by comma', default: '10,100' },
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
    const trials = countOption(options, 'race-trials', 0);
    const raceShape = { ...shape, rows: countOption(options, 'race-rows') };
    const races =
      trials === 0
        ? []
        : listOption(options, 'race-queues').flatMap((queue) => {
            const queueSize = countOption({ queue }, 'queue');
            return raceTrials((seed) => syntheticPool(raceShape, seed), {
              rules: RACE_RULES,
              trials,
              first: countOption(options, 'race-first', 2),
              queueSize,
            }).map((race) => ({ ...race, queueSize }));
          });
    for (const { rule, queueSize, sameQueue, shareOfWork } of races)
      log(
        `race by ${rule} for ${queueSize} items: same queue in ${sameQueue} of trials for ${shareOfWork.toFixed(2)} of the work`,
      );
    return { shape, batchSize, rules, races };
  },
};
