import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cataloguePage } from '../scripts/lib/catalogue-page.mjs';

it('the page of the catalogue is up to date: npm run catalogue', () => {
  const file = fileURLToPath(new URL('catalogue.md', import.meta.url));
  expect(readFileSync(file, 'utf8')).toBe(cataloguePage());
});
