import {
  ACQUISITION_RULES,
  type AcquisitionRule,
  CHANCE_RULES,
  type LabelField,
  rulesFor as rulesOfServer,
} from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { drawsByChance, RULE_WORDS, rulesFor } from './rule-names';

const choices = [{ value: 'a' }, { value: 'b' }];
const choice: LabelField = { kind: 'choice', name: 'kind', question: 'Which?', choices };
const number: LabelField = { kind: 'number', name: 'price', question: 'How much?' };
const several: LabelField = { kind: 'choices', name: 'marks', question: 'Which?', choices };

describe('the rules of the page', () => {
  it('are told in the words of the server', () => {
    expect(RULE_WORDS).toEqual(ACQUISITION_RULES);
  });

  it('draw by chance where the server says so', () => {
    const rules = Object.keys(ACQUISITION_RULES) as AcquisitionRule[];
    expect(rules.filter(drawsByChance)).toEqual(CHANCE_RULES);
  });

  it.each([
    ['a choice', [choice]],
    ['a number', [number]],
    ['several choices', [several]],
    ['several fields', [choice, number]],
    ['several numbers', [number, { ...number, name: 'other' }]],
  ])('are those that the server takes for %s', (_, fields) => {
    const [page, server] = [rulesFor({ fields }), rulesOfServer({ fields })];
    expect(page.toSorted()).toEqual(server.toSorted());
  });
});
