import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openScreen, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';

const MOST_TABS = 60;

journeys('the uncertainty plane', ({ url, open }) => {
  it('is brushed by key alone, and shows the items behind the dots', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await withRound(page, url, projectId);
    await openScreen(page, url, { projectId, screen: 'uncertainty' });
    const plane = page.getByRole('application', { name: /^Selection on the plane/ });
    for (let tab = 0; tab < MOST_TABS; tab += 1) {
      if (await plane.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    const items = page.getByRole('region', { name: 'Selected items' });
    await items.getByText(/^[\d,]+ items? selected$/).waitFor();
    const first = await page.locator('rect.brush').getAttribute('x');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('rect.brush').getAttribute('x')).not.toBe(first);

    // Grown over the whole plane, it holds the whole pool.
    for (let press = 0; press < 50; press += 1) {
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowDown');
    }
    for (let press = 0; press < 50; press += 1) {
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowUp');
    }
    const pool = /The pool, ([\d,]+) items/.exec(await page.locator('.head .sub').innerText())?.[1];
    await items.getByText(`${pool} items selected`, { exact: true }).waitFor();
    expect(await items.getByRole('listitem').count()).toBe(30);
    await expect.poll(() => new URL(page.url()).searchParams.has('box')).toBe(true);

    await page.keyboard.press('Escape');
    await page.getByText('Nothing selected').waitFor();
  }, 200_000);

  it('is brushed by mouse, and keeps the rectangle in the address', async () => {
    const { page, context } = await open();
    const projectId = await findDemo(page, url);
    await withRound(page, url, projectId);
    await openScreen(page, url, { projectId, screen: 'uncertainty' });
    const plane = page.getByRole('application', { name: /^Selection on the plane/ });
    const box = await plane.boundingBox();
    if (box === null) throw new Error('The plane is not on the page.');
    await page.mouse.move(box.x + 10, box.y + box.height - 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.3, { steps: 4 });
    await page.mouse.up();
    const countOn = (shown: Page) =>
      shown.getByRole('region', { name: 'Selected items' }).getByText(/ selected$/);
    await countOn(page).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.has('box')).toBe(true);
    // Address and count follow the rectangle a moment later: what both come to must agree.
    const other = await context.newPage();
    const isKept = async () => {
      await other.goto(page.url());
      return (await countOn(other).innerText()) === (await countOn(page).innerText());
    };
    await expect.poll(isKept, { timeout: 60_000, interval: 500 }).toBe(true);
  }, 200_000);
});
