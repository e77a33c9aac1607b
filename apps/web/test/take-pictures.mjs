#!/usr/bin/env node
// node apps/web/test/take-pictures.mjs <the sign-in link of a fresh `npm start`>
// Takes the pictures of the tour anew: labels the demo until its learning curve has eight points,
// replays it against random choice, and photographs two screens in both themes. Needs Chromium.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROUNDS = 8;
const LABELS_PER_ROUND = 20;
const folder = fileURLToPath(new URL('../../../docs/images', import.meta.url));
const link = process.argv[2];
if (link === undefined) throw new Error('Give the sign-in link that `npm start` printed.');
const { origin } = new URL(link);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 },
  deviceScaleFactor: 1.5,
});
const page = await context.newPage();

async function call(place, body) {
  const answer = await context.request.fetch(`${origin}/api/v1${place}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { origin },
    ...(body === undefined ? {} : { data: body }),
  });
  if (!answer.ok()) throw new Error(`${place}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

async function until(what, holds) {
  for (let second = 0; second < 300; second++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`Waited five minutes for ${what}.`);
}

try {
  await page.goto(link);
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  const [{ id: workspace }] = (await call('/me')).workspaces;
  let demo;
  await until('the demo', async () => {
    const { items } = await call(`/workspaces/${workspace}/projects`);
    demo = items.find(({ name }) => name === 'Handwritten digits');
    return demo !== undefined;
  });
  const project = `/projects/${demo.id}`;

  for (let number = 1; number <= ROUNDS; number++) {
    await call(`${project}/demo-answers`, { count: LABELS_PER_ROUND });
    await until(`round ${number}`, async () => {
      const { items: rounds } = await call(`${project}/rounds`);
      return rounds.some((round) => round.number === number && round.state === 'ready');
    });
    console.log(`round ${number} is ready`);
  }
  await call(`${project}/simulations`, { rules: ['power-margin', 'random'], seeds: 3 });
  await until('the replays', async () => {
    const { items: simulations } = await call(`${project}/simulations`);
    return simulations[0]?.state === 'done';
  });

  await page.goto(`${origin}${project}/label`);
  const item = page.getByRole('img', { name: /to label$/ });
  for (let answered = 0; answered < 8; answered++) {
    const name = await item.getAttribute('alt');
    const votes = page.getByRole('heading', { name: /samples say/ }).locator('xpath=..');
    const digit = /\b[0-9]\b(?=\s)/.exec((await votes.innerText()).split(/say/)[1])?.[0] ?? '0';
    await page.keyboard.press(digit);
    await page.waitForFunction(
      (before) => document.querySelector('img[alt$="to label"]')?.alt !== before,
      name,
    );
  }
  for (const [screen, place] of [
    ['overview', project],
    ['label', `${project}/label`],
  ]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${origin}${place}`);
      await page.waitForLoadState('networkidle').catch(() => {});
      const file = colorScheme === 'dark' ? `${screen}-dark.png` : `${screen}.png`;
      await page.screenshot({ path: path.join(folder, file), animations: 'disabled' });
    }
  }
} finally {
  await browser.close();
}
