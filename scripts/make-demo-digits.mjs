// Makes packages/labelling/demo/digits from the files of the UCI archive:
//   node scripts/make-demo-digits.mjs <folder with optdigits.tra[.gz] and optdigits.tes[.gz]>
// Source: https://archive.ics.uci.edu/dataset/80 (CC BY 4.0). The same input gives the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';

const PIXELS = 64;
const VALIDATION = 323;
const SEED = 'dubio demo digits';

const [source] = parseArgs({ allowPositionals: true }).positionals;
if (source === undefined) {
  console.error('Usage: node scripts/make-demo-digits.mjs <folder with optdigits.tra and .tes>');
  process.exit(1);
}
const target = path.resolve(import.meta.dirname, '../packages/labelling/demo/digits');

function readScans(name) {
  const zipped = path.join(source, `${name}.gz`);
  const text = existsSync(zipped)
    ? gunzipSync(readFileSync(zipped)).toString()
    : readFileSync(path.join(source, name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      const values = line.split(',').map(Number);
      const fits =
        values.length === PIXELS + 1 &&
        values.every((v) => Number.isInteger(v) && v >= 0 && v <= 16);
      if (!fits)
        throw new Error(`${name}, line ${index + 1}: expected 65 whole numbers of 0 to 16`);
      return {
        name: `${name.slice(-3)}-${index + 1}`,
        pixels: values.slice(0, PIXELS),
        digit: values[PIXELS],
      };
    });
}

/** An order that depends on nothing but the scans' names. */
const draw = (scan) => createHash('sha256').update(`${SEED}/${scan.name}`).digest('hex');
const shuffle = (scans) =>
  scans
    .map((scan) => ({ scan, key: draw(scan) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ scan }) => scan);

// The thirty people of the training file fill pool and validation; thirteen others are the test.
const training = shuffle(readScans('optdigits.tra'));
const scans = shuffle([
  ...training.slice(VALIDATION).map((scan) => ({ ...scan, split: 'pool' })),
  ...training.slice(0, VALIDATION).map((scan) => ({ ...scan, split: 'validation' })),
  ...readScans('optdigits.tes').map((scan) => ({ ...scan, split: 'test' })),
]);

const SPLITS = ['pool', 'validation', 'test'];
const HIDDEN = 255;
const column = (pick) => Uint8Array.from(scans, pick);
const pool = scans.filter((scan) => scan.split === 'pool');

const files = {
  'pixels.u8.gz': Uint8Array.from(scans.flatMap((scan) => scan.pixels)),
  'splits.u8.gz': column((scan) => SPLITS.indexOf(scan.split)),
  'held-out-labels.u8.gz': column((scan) => (scan.split === 'pool' ? HIDDEN : scan.digit)),
  'pool-truth.u8.gz': Uint8Array.from(pool, (scan) => scan.digit),
};
mkdirSync(target, { recursive: true });
for (const [name, bytes] of Object.entries(files)) {
  const zipped = gzipSync(bytes, { level: 9 });
  // The byte that names the operating system would differ from machine to machine.
  zipped[9] = 255;
  writeFileSync(path.join(target, name), zipped);
  console.log(`${name}: ${bytes.length} bytes, zipped ${zipped.length}`);
}
writeFileSync(path.join(target, 'names.txt'), `${scans.map((scan) => scan.name).join('\n')}\n`);
