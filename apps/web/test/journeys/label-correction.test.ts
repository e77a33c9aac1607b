import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findBarriers, scrollsSideways } from './axe';
import { journeys } from './journey';
import { callApi } from './people';
import { makeTextProject, textInFront } from './text-project';

const ANIMALS = {
  name: 'Animals',
  texts: 12,
  fields: [
    {
      kind: 'choice' as const,
      name: 'animal',
      question: 'Which animal?',
      choices: [{ value: 'cat' }, { value: 'dog' }],
    },
  ],
};

type Mine = { items: { itemId: string }[] };

/** Answers one item and opens its page. */
async function openAnswered(page: Page, url: string): Promise<void> {
  const projectId = await makeTextProject(page, url, ANIMALS);
  await page.goto(`${url}/projects/${projectId}/label`);
  await page.getByRole('group', { name: 'Answers' }).waitFor();
  const before = await textInFront(page);
  await page.keyboard.press('1');
  await expect.poll(() => textInFront(page)).not.toBe(before);
  const mine = async () => {
    const path = `/projects/${projectId}/annotations/mine`;
    return (await callApi<Mine>(url, await page.context().cookies(), path)).items;
  };
  await expect.poll(async () => (await mine()).length).toBe(1);
  const [answer] = await mine();
  await page.goto(`${url}/projects/${projectId}/items/${answer?.itemId}`);
  await page.getByRole('button', { name: 'Correct the label' }).waitFor();
}

journeys('a wrong label', ({ url, open }) => {
  it('is set right on its page, which says what it was and why', async () => {
    const { page } = await open();
    await openAnswered(page, url);
    await page.getByRole('button', { name: 'Correct the label' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^cat/, pressed: true }).waitFor();
    await dialog.getByRole('textbox', { name: 'Why (others can read it)' }).fill('it barks');
    await dialog.getByRole('button', { name: /^dog/ }).click();
    await dialog.getByRole('button', { name: /^Save/ }).click();
    const versions = page.getByLabel('Label, now and before, table');
    const rows = versions.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    const [now, before] = await rows.allInnerTexts();
    expect(now).toMatch(/dog.*it barks/s);
    expect(before).toMatch(/cat.*annotators/s);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows no barrier while it is set right, ${colorScheme} and at 320 px`, async () => {
      const { page } = await open({ colorScheme, reducedMotion: 'reduce' });
      await openAnswered(page, url);
      await page.getByRole('button', { name: 'Correct the label' }).click();
      await page.getByRole('dialog').getByRole('button', { name: /^cat/ }).waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await scrollsSideways(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
    });
  }
});
