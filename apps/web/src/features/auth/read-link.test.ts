import { describe, expect, it } from 'vitest';
import { readSignInLink } from './read-link';

describe('readSignInLink', () => {
  it('reads the token and goes to the projects afterwards', () => {
    expect(readSignInLink('#token=abc')).toEqual({ token: 'abc', next: '/' });
  });

  it('goes on to the page the link names', () => {
    expect(readSignInLink('#token=abc&next=%2Fprojects%2F1%2Flabel')?.next).toBe(
      '/projects/1/label',
    );
  });

  it('never leads to another site', () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:0',
    ]) {
      expect(readSignInLink(`#token=abc&next=${encodeURIComponent(next)}`)?.next).toBe('/');
    }
  });

  it('says when there is no token', () => {
    expect(readSignInLink('')).toBeNull();
    expect(readSignInLink('#token=')).toBeNull();
  });
});
