import { expect, it } from 'vitest';
import { databaseOutage } from './database-away.js';

const withCode = (code: string) => Object.assign(new Error('it failed'), { code });

it.each([
  withCode('57P03'),
  withCode('53300'),
  withCode('ECONNREFUSED'),
  new Error('timeout exceeded when trying to connect'),
  new AggregateError([withCode('ECONNREFUSED'), withCode('ENOTFOUND')], ''),
  new Error('the call failed', { cause: withCode('ECONNREFUSED') }),
])('a call that the database cannot have taken was refused: %o', (error) => {
  expect(databaseOutage(error)).toBe('refused');
});

it.each([
  withCode('57P01'),
  withCode('ECONNRESET'),
  new Error('Connection terminated unexpectedly'),
  new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNRESET')], ''),
  new Error('the call failed', { cause: withCode('08006') }),
])('a call that it may have taken was lost: %o', (error) => {
  expect(databaseOutage(error)).toBe('lost');
});

it.each([
  withCode('23505'),
  withCode('40P01'),
  withCode('53100'),
  new Error('Connection refused by the rule'),
  'Connection terminated',
  null,
])('what is no outage stays what it is: %o', (error) => {
  expect(databaseOutage(error)).toBeNull();
});
