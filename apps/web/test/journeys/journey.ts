import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { launchChromium } from './chromium';
import { type Person, signInByInvitation } from './people';

export type Visit = { page: Page; context: BrowserContext };

export type Journey = {
  readonly url: string;
  /** A browser of the owner, or of the person given. */
  open: (options?: BrowserContextOptions) => Promise<Visit>;
  /** Somebody new with this role, signed in through an invitation. */
  invite: (role: Person['role'], name: string) => Promise<Visit>;
};

/** What no page may do: throw, break its own policy, ask another site for anything. */
function watch(page: Page, url: string, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`threw: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Hydration/i.test(message.text())) {
      complaints.push(message.text().slice(0, 300));
    }
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(url) && !/^(blob|data):/.test(asked)) complaints.push(`asked ${asked}`);
  });
}

/** A group of journeys against the running product; skipped, with the reason, without a browser. */
export function journeys(name: string, define: (journey: Journey) => void): void {
  const product = inject('product');
  describe.skipIf(product === null)(name, () => {
    const url = product?.url ?? '';
    const complaints: string[] = [];
    let browser: Browser;
    const contexts: BrowserContext[] = [];

    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      for (const context of contexts) await context.close();
      await browser?.close();
      expect(complaints).toEqual([]);
    });

    const open = async (options: BrowserContextOptions = {}): Promise<Visit> => {
      const owner = product === null ? {} : { storageState: product.owner };
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        ...owner,
        ...options,
      });
      contexts.push(context);
      context.on('page', (page) => watch(page, url, complaints));
      return { context, page: await context.newPage() };
    };
    define({
      url,
      open,
      invite: async (role, person) => {
        const { page, context } = await open({ storageState: { cookies: [], origins: [] } });
        await signInByInvitation({ url, owner: product?.owner, role, name: person }, page);
        return { page, context };
      },
    });
  });
}
