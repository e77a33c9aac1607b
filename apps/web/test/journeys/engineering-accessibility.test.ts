import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findBarriers, findBarriersInBothThemes, scrollsSideways } from './axe';
import { openScreen, untilLoaded, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';
import { callApi } from './people';

const SCREENS = [
  'overview',
  'uncertainty?box=0,0.6,0,0.6',
  'uncertainty?view=rounds',
  'models',
  'models/:newest',
  'simulation',
  'items',
  'items/:first',
  'people',
  'settings',
  'rounds',
  'rounds/1',
  'audit',
];

/** Somebody with a long address is invited and has not come yet: one more table, and a wide one. */
async function inviteSomebody(page: Page, url: string): Promise<void> {
  const cookies = await page.context().cookies();
  const me = await callApi<{ workspaces: { id: string }[] }>(url, cookies, '/me');
  await callApi(url, cookies, `/workspaces/${me.workspaces[0]?.id}/invitations`, {
    method: 'POST',
    body: { role: 'reviewer', email: `${'long.'.repeat(10)}name@department.example.org` },
  });
}

/** Puts ids that only the running product knows into the name of a screen. */
async function show(page: Page, url: string, screen: string): Promise<void> {
  const projectId = await findDemo(page, url);
  const round = await withRound(page, url, projectId);
  if (screen === 'items/:first') {
    await openScreen(page, url, { projectId, screen: 'items' });
    await page.getByRole('region', { name: 'Items' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Annotations' }).waitFor();
    await untilLoaded(page);
    return;
  }
  if (screen === 'people') await inviteSomebody(page, url);
  await openScreen(page, url, {
    projectId,
    screen: screen.replace(':newest', round.modelId ?? ''),
  });
}

journeys('axe finds no barrier for the engineer', ({ url, open }) => {
  for (const screen of SCREENS) {
    it(`on ${screen}, in light and in dark`, async () => {
      const { page, context } = await open({ reducedMotion: 'reduce' });
      await show(page, url, screen);
      expect(await findBarriersInBothThemes(page)).toEqual([]);
      await context.close();
    }, 200_000);

    it(`on ${screen} at 320 px, where nothing scrolls sideways`, async () => {
      const { page, context } = await open({
        viewport: { width: 320, height: 640 },
        hasTouch: true,
        isMobile: true,
        reducedMotion: 'reduce',
      });
      await show(page, url, screen);
      expect(await scrollsSideways(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
      await context.close();
    }, 200_000);
  }
});
