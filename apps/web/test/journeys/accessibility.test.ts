import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findBarriers, findBarriersInBothThemes, scrollsSideways } from './axe';
import { journeys } from './journey';
import { findDemo, openLabelling } from './labelling';

const CSV =
  'id,text,topic\n1,"I was charged twice.",billing\n2,"It closes at once.",bug\n3,"Hello",\n';
const FILE = { name: 'messages.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };

type Screen = { name: string; show: (page: Page, url: string, projectId: string) => Promise<void> };

async function label(page: Page, url: string, projectId: string): Promise<void> {
  await openLabelling(page, url, projectId);
}

const SCREENS: readonly Screen[] = [
  {
    name: 'projects',
    show: async (page, url) => {
      await page.goto(url);
      await page.getByRole('link', { name: 'Handwritten digits' }).waitFor();
    },
  },
  { name: 'labelling', show: label },
  {
    name: 'keys',
    show: async (page, url, projectId) => {
      await label(page, url, projectId);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'skip',
    show: async (page, url, projectId) => {
      await label(page, url, projectId);
      await page.keyboard.press('s');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'new project, file',
    show: async (page, url) => {
      await page.goto(`${url}/projects/new`);
      await page.getByText('Choose a file').waitFor();
    },
  },
  {
    name: 'new project, columns',
    show: async (page, url) => {
      await page.goto(`${url}/projects/new`);
      await page.locator('input[type=file]').setInputFiles(FILE);
      await page.getByRole('button', { name: /^Next: answers/ }).waitFor();
    },
  },
  {
    name: 'new project, answers',
    show: async (page, url) => {
      await page.goto(`${url}/projects/new`);
      await page.locator('input[type=file]').setInputFiles(FILE);
      await page.getByRole('button', { name: /^Next: answers/ }).click();
      await page.getByRole('button', { name: /^Make the project/ }).waitFor();
    },
  },
];

journeys('axe finds no barrier', ({ url, open }) => {
  it('on the sign-in page, in light and in dark', async () => {
    const { page } = await open({ storageState: { cookies: [], origins: [] } });
    await page.goto(`${url}/sign-in`);
    await page.getByRole('heading', { name: 'Open the link you were given' }).waitFor();
    expect(await findBarriersInBothThemes(page)).toEqual([]);
  });

  for (const screen of SCREENS) {
    it(`on ${screen.name}, in light and in dark`, async () => {
      const { page, context } = await open({ reducedMotion: 'reduce' });
      await screen.show(page, url, await findDemo(page, url));
      expect(await findBarriersInBothThemes(page)).toEqual([]);
      await context.close();
    });
  }

  for (const screen of SCREENS) {
    it(`on ${screen.name} at 320 px, where nothing scrolls sideways`, async () => {
      const { page, context } = await open({
        viewport: { width: 320, height: 640 },
        hasTouch: true,
        isMobile: true,
        reducedMotion: 'reduce',
      });
      await screen.show(page, url, await findDemo(page, url));
      expect(await scrollsSideways(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
      await context.close();
    });
  }

  it('with the answers within reach of a thumb on a phone', async () => {
    const { page } = await open({
      viewport: { width: 320, height: 720 },
      hasTouch: true,
      isMobile: true,
    });
    await openLabelling(page, url, await findDemo(page, url));
    const boxes = await page
      .getByRole('group', { name: 'Answers' })
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().toJSON()));
    for (const box of boxes) {
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      expect(box.bottom).toBeLessThanOrEqual(540);
    }
    expect(new Set(boxes.map((box) => Math.round(box.top))).size).toBe(2);
  });
});
