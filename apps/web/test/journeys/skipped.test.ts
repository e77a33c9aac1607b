import { expect, it } from 'vitest';
import { findBarriers, scrollsSideways } from './axe';
import { journeys } from './journey';
import { makeTextProject, textInFront } from './text-project';

const ANIMALS = {
  name: 'Skipped animals',
  texts: 3,
  fields: [
    {
      kind: 'choice' as const,
      name: 'animal',
      question: 'Which animal?',
      choices: [{ value: 'cat' }, { value: 'dog' }],
    },
  ],
};

journeys('somebody who skipped all that is left', ({ url, open }) => {
  it('is told so, and gets it again; the project shows what was skipped and why', async () => {
    const { page } = await open({ reducedMotion: 'reduce' });
    const projectId = await makeTextProject(page, url, ANIMALS);
    await page.goto(`${url}/projects/${projectId}/label`);
    const seen = new Set<string>();
    for (let left = ANIMALS.texts; left > 0; left -= 1) {
      await expect.poll(async () => seen.has(await textInFront(page))).toBe(false);
      seen.add(await textInFront(page));
      await page.keyboard.press('s');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /No answer fits/ })
        .click();
    }
    await page.getByText('You skipped the 3 items that are left.').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.goto(`${url}/projects/${projectId}/items`);
    await page.getByText('3 of them skipped').waitFor();
    await page.goto(`${url}/projects/${projectId}/items?state=skipped`);
    await page.getByRole('link', { name: 't0' }).click();
    await page.getByText('skipped: No answer fits').waitFor();

    await page.goto(`${url}/projects/${projectId}/label`);
    await page.getByRole('button', { name: 'Show what I skipped' }).click();
    await expect.poll(async () => seen.has(await textInFront(page))).toBe(true);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await scrollsSideways(page)).toBe(false);
    for (let left = ANIMALS.texts; left > 0; left -= 1) {
      const before = await textInFront(page).catch(() => '');
      await page.keyboard.press('1');
      if (left > 1) await expect.poll(() => textInFront(page)).not.toBe(before);
    }
    await page.getByText(/No model yet|The queue is empty/).waitFor();
  });
});
