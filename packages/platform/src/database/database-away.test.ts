import { expect, it } from 'vitest';
import { isDatabaseAway } from './database-away.js';

const withCode = (code: string) => Object.assign(new Error('it failed'), { code });

it.each([
  withCode('57P01'),
  withCode('57P03'),
  withCode('ECONNREFUSED'),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
  new AggregateError([withCode('ECONNREFUSED')], ''),
  new Error('the call failed', { cause: withCode('ECONNRESET') }),
])('a database that is away is known by %o', (error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([
  withCode('23505'),
  withCode('40P01'),
  withCode('53100'),
  new Error('Connection refused by the rule'),
  'Connection terminated',
  null,
])('what is no outage stays what it is: %o', (error) => {
  expect(isDatabaseAway(error)).toBe(false);
});
