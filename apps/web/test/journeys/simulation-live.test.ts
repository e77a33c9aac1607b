import { expect, it } from 'vitest';
import { openScreen } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';

/** Enough steps that some are drawn while others are still to come. */
const SMALL = {
  Seeds: '1',
  'Labels at the start': '20',
  'Labels per step': '10',
  'Labels at the end': '60',
  'Items in the pool': '300',
};
const POINTS = 2 * 5;
const DONE_WITHIN_MS = 180_000;

journeys('a simulation', ({ url, open }) => {
  it('is chosen, drawn while it runs, and ends with a sentence from the data', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'simulation' });
    const again = page.getByRole('button', { name: 'New replay' });
    if (await again.isVisible()) await again.click();

    await page.getByRole('checkbox', { name: /^BALD / }).uncheck();
    await page.getByRole('checkbox', { name: /^power margin / }).uncheck();
    for (const [label, value] of Object.entries(SMALL)) await page.getByLabel(label).fill(value);
    await page.getByLabel('Seeds').fill('0');
    await page.getByRole('button', { name: 'Start the replays' }).click();
    await page.getByText('A whole number from 1 to 20.').waitFor();
    await page.getByLabel('Seeds').fill('1');
    await page.getByRole('button', { name: 'Start the replays' }).click();

    await page.getByRole('heading', { level: 1, name: 'Replays are running' }).waitFor();
    const chart = page.getByRole('img', { name: /against labels for 2 acquisition rules/ });
    const points = chart.locator('circle.chart-dot');
    await expect.poll(() => points.count(), { timeout: DONE_WITHIN_MS }).toBeGreaterThan(0);
    const early = await points.count();
    await page.getByText('2 of 2 done').waitFor({ timeout: DONE_WITHIN_MS });
    await expect.poll(() => points.count()).toBeGreaterThan(early);
    expect(await points.count()).toBe(POINTS);

    const verdict = await page.getByRole('heading', { level: 1 }).innerText();
    expect(verdict).toMatch(/random|reach/i);
    await page
      .getByText(/too few seeds for quartiles|Random needs a median|labels over 1 seed/)
      .waitFor();
    await page
      .getByRole('region', { name: /^Labels needed by rule/ })
      .getByText('1 of 1')
      .first()
      .waitFor();
  }, 400_000);
});
