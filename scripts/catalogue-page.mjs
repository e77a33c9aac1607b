// Writes docs/catalogue.md from the catalogue of the contracts: `npm run catalogue`.
// With --check it writes nothing and fails when the page is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cataloguePage } from './lib/catalogue-page.mjs';

const file = fileURLToPath(new URL('../docs/catalogue.md', import.meta.url));
const page = cataloguePage();
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('Out of date: docs/catalogue.md. Run "npm run catalogue" and commit the result.');
  process.exit(1);
}
