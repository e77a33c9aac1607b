import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRule } from '@dubio/active-learning';
import { RULE_NAMES } from '@dubio/contracts/catalogue';
import { afterAll, describe, expect, it } from 'vitest';
import type { CurveRun } from '../src/curve/curve-state.js';
import { parseInvocation } from '../src/framework/arguments.js';
import { benches } from '../src/registry.js';

const folder = mkdtempSync(join(tmpdir(), 'dubio-bench-curve-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three overlapping clouds in the plane. */
function table(): string {
  const file = join(folder, 'clouds.csv');
  const lines = Array.from({ length: 240 }, (_, i) => {
    const kind = i % 3;
    const angle = i * 2.399963;
    const radius = 0.9 * Math.sqrt((i % 40) / 40);
    return `${kind + radius * Math.cos(angle)},${kind % 2} ,${'abc'[kind]}`;
  });
  writeFileSync(file, `x,y,kind\n${lines.join('\n')}\n`);
  return file;
}

async function curve(out: string, labels: number, acquisition: string, more: string[] = []) {
  const words = `curve --csv ${table()} --label-column kind --net small-mlp --samples 5 --seeds 2 --batch 4 --pool-size 120 --validation 30 --draws 256 --epochs 4 --threads 1`;
  const argv = [
    ...words.split(' '),
    '--labels',
    `${labels}`,
    '--acquisition',
    acquisition,
    ...more,
  ];
  const invocation = parseInvocation([...argv, '--out', out], benches);
  if (invocation.kind !== 'run') throw new Error('expected a run');
  const result = await invocation.bench.run({ ...invocation, log: () => {} });
  return (result.runs as CurveRun[]).map(({ rule, seed, acquired, points }) => ({
    rule,
    seed,
    acquired,
    accuracies: points.map(({ accuracy }) => accuracy),
  }));
}

describe('the curve bench', () => {
  it('labels each item once, begins alike for all rules, and goes on after a stop as if there was none', async () => {
    const whole = await curve(join(folder, 'whole.json'), 18, 'batch-bald,random');
    for (const { acquired, accuracies } of whole) {
      expect(new Set(acquired).size).toBe(18);
      expect(Math.max(...acquired)).toBeLessThan(120);
      expect(accuracies).toHaveLength(4);
    }
    const firsts = whole
      .filter(({ seed }) => seed === 1)
      .map(({ acquired }) => acquired.slice(0, 6));
    expect(firsts[0]).toEqual(firsts[1]);
    const svg = readFileSync(join(folder, 'whole.svg'), 'utf8');
    expect(svg.match(/<polyline/g)).toHaveLength(2);

    await curve(join(folder, 'first.json'), 10, 'batch-bald');
    copyFileSync(join(folder, 'first.state.json'), join(folder, 'again.state.json'));
    const again = await curve(join(folder, 'again.json'), 18, 'batch-bald,random');
    expect(sorted(again)).toEqual(sorted(whole));
  }, 120_000);

  it('gives every rule for classes what it needs', async () => {
    const rules = RULE_NAMES.filter((name) => getRule(name).kinds.some((kind) => kind === 'class'));
    const runs = await curve(join(folder, 'rules.json'), 10, rules.join(','), ['--seeds', '1']);
    expect(runs.map(({ rule }) => rule)).toEqual(rules);
    for (const { acquired } of runs) expect(new Set(acquired).size).toBe(10);
  }, 120_000);

  it('begins with the items that are named, whatever the seed, and refuses wrong ones', async () => {
    const named = (items: string) =>
      curve(join(folder, `${items}.json`), 6, 'random', ['--initial-items', items]);
    const runs = await named('7,0,5');
    for (const { acquired, accuracies } of runs) {
      expect(acquired.slice(0, 3)).toEqual([0, 1, 2]);
      expect(acquired.length).toBe(6);
      expect(new Set(acquired).size).toBe(6);
      expect(accuracies).toHaveLength(2);
    }
    await expect(named('3,3')).rejects.toThrow(/different whole numbers/);
    await expect(named('1,240')).rejects.toThrow(/from 0 to/);
  });

  it('refuses to go on with a run of other settings', async () => {
    const out = join(folder, 'other.json');
    writeFileSync(
      join(folder, 'other.state.json'),
      JSON.stringify({ protocol: { batch: 99 }, runs: [] }),
    );
    await expect(curve(out, 10, 'random')).rejects.toThrow(/other settings/);
  });
});

const sorted = <T extends { rule: string; seed: number }>(runs: readonly T[]) =>
  [...runs].sort((a, b) => a.seed - b.seed || a.rule.localeCompare(b.rule));
