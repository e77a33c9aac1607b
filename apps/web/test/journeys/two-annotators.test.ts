import { expect, it } from 'vitest';
import { journeys } from './journey';
import { answerWith, findDemo, itemInFront, openLabelling } from './labelling';

const EACH = 12;

journeys('two annotators', ({ url, open, invite }) => {
  it('never see the same item', async () => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const people = [await invite('annotator', 'Ines'), await invite('annotator', 'Noor')];
    const seen = await Promise.all(
      people.map(async ({ page }) => {
        await openLabelling(page, url, projectId);
        const mine: string[] = [];
        for (let count = 0; count < EACH; count += 1) mine.push(await answerWith(page, '1'));
        return [...mine, await itemInFront(page)];
      }),
    );
    const all = seen.flat();
    expect(all).toHaveLength(2 * (EACH + 1));
    expect(new Set(all).size).toBe(all.length);
  });

  it('do not see what the model thinks', async () => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const { page } = await invite('annotator', 'Mika');
    await openLabelling(page, url, projectId);
    expect(await page.getByRole('complementary', { name: 'Why this item' }).count()).toBe(0);
  });

  it('may open the item but not the settings', async () => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const { page } = await invite('annotator', 'Sefa');
    await page.goto(`${url}/projects/${projectId}`);
    await page.waitForURL(/\/label$/);
    await page.goto(`${url}/projects/${projectId}/settings`);
    await page.getByText('There is nothing here that you can see').waitFor();
  });
});
