import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findReasonToSkip, launchChromium } from './chromium';

/** The really running product, as every journey finds it. */
export type Product = {
  url: string;
  /** What the person who started it sees first, after opening the printed link. */
  firstVisit: { path: string; heading: string; addressAfter: string };
  /** The printed link, used up by the first visit. */
  usedLink: string;
  owner: Exclude<BrowserContextOptions['storageState'], string | undefined>;
};

declare module 'vitest' {
  interface ProvidedContext {
    product: Product | null;
    reasonToSkip: string | null;
  }
}

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const READY_WITHIN_MS = 150_000;
const STOP_WITHIN_MS = 45_000;

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

function start(port: number, dataDir: string): ChildProcess {
  // On all addresses, so that a journey can come by another one than localhost.
  const args = ['scripts/start.mjs', '--no-build', '--port', String(port), '--host', '0.0.0.0'];
  return spawn(process.execPath, [...args, '--data-dir', dataDir, '--workers', '1'], {
    cwd: ROOT,
    // The product brings its own parts: what a test run was given is not meant for it.
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', STORAGE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves with the link that is printed last; fails with everything that was printed. */
function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => reject(new Error(`The product did not start: ${why}\n${said}`));
    const limit = setTimeout(
      () => fail(`not ready in ${READY_WITHIN_MS / 1000} s`),
      READY_WITHIN_MS,
    );
    const hear = (data: Buffer) => {
      said += data.toString();
      const link = /Dubio is ready: (\S+)/.exec(said)?.[1];
      if (link === undefined) return;
      clearTimeout(limit);
      resolve(link);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(limit);
      fail(`it ended with code ${code}`);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Opens the printed link as the person would, and keeps the session for the journeys. */
async function visitFirst(link: string): Promise<Omit<Product, 'url'>> {
  const browser = await launchChromium();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(link);
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    const heading = await page.getByRole('heading', { level: 1 }).innerText();
    const { pathname } = new URL(page.url());
    return {
      firstVisit: { path: pathname, heading, addressAfter: page.url() },
      usedLink: link,
      owner: await context.storageState(),
    };
  } finally {
    await browser.close();
  }
}

/** Starts the product once for all journeys of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reasonToSkip = findReasonToSkip();
  project.provide('reasonToSkip', reasonToSkip);
  project.provide('product', null);
  if (reasonToSkip !== null) {
    console.log(`Journeys are skipped: ${reasonToSkip}.`);
    return async () => undefined;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'dubio-journeys-'));
  const child = start(await findFreePort(), dataDir);
  const end = async () => {
    await stop(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const link = await untilReady(child);
    project.provide('product', { url: new URL(link).origin, ...(await visitFirst(link)) });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}
