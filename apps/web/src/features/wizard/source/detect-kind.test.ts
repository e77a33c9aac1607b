import { describe, expect, it } from 'vitest';
import { detectKind, projectNameOf, wholeLines } from './detect-kind';

describe('the chosen file', () => {
  it('is known by the end of its name, in any case', () => {
    expect(detectKind('a.b.CSV')).toBe('csv');
    expect(detectKind('a.tsv')).toBe('csv');
    expect(detectKind('a.ndjson')).toBe('jsonl');
    expect(detectKind('Pictures.ZIP')).toBe('zip');
    expect(detectKind('notes.docx')).toBeNull();
    expect(detectKind('csv')).toBeNull();
  });

  it('names the project', () => {
    expect(projectNameOf('support-messages.csv')).toBe('Support messages');
    expect(projectNameOf('wine_quality.v2.csv')).toBe('Wine quality v2');
  });

  it('is cut after its last whole line, unless all of it was read', () => {
    expect(wholeLines('a,b\n1,2\n3,', false)).toBe('a,b\n1,2\n');
    expect(wholeLines('a,b\n1,2', true)).toBe('a,b\n1,2');
  });
});
