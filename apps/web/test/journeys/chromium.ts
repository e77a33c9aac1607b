import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why journeys cannot run here; null when they can. In CI a missing browser is a failure. */
export function findReasonToSkip(): string | null {
  if (existsSync(EXECUTABLE)) return null;
  const reason = `no Chromium at ${EXECUTABLE}: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH`;
  if (process.env.CI) throw new Error(`The journeys must run in CI, but there is ${reason}.`);
  return reason;
}

export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...flags] });
}
