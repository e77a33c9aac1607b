import { describe, expect, it } from 'vitest';
import { failureSentence } from './round-failure.js';

describe('failureSentence', () => {
  it('says what stopped, why, what is kept and what stays in use', () => {
    expect(
      failureSentence({
        number: 8,
        stage: 'scoring',
        subject: 'Shard 41',
        cause: {
          code: 'out-of-memory',
          cause: 'the worker ran out of memory (limit 2 GiB)',
          permanent: false,
        },
        attempts: 3,
        generation: 7,
        kept: '59 shards are kept.',
      }),
    ).toBe(
      'Round 8 stopped while scoring. Shard 41 failed 3 times: the worker ran out of memory (limit 2 GiB). 59 shards are kept. The queue of round 7 stays in use.',
    );
  });
});
