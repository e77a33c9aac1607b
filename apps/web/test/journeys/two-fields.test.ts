import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findBarriers, scrollsSideways } from './axe';
import { journeys } from './journey';
import { callApi } from './people';
import { makeTextProject, openTexts, textInFront } from './text-project';

const SIZE = {
  kind: 'choice' as const,
  name: 'size',
  question: 'Which size?',
  choices: [{ value: 'small' }, { value: 'big' }],
};
const WEIGHT = {
  kind: 'number' as const,
  name: 'weight',
  question: 'How heavy is it?',
  unit: 'kg',
  minimum: 0,
};
const MARKS = {
  kind: 'choices' as const,
  name: 'marks',
  question: 'What is written on it?',
  choices: [{ value: 'fragile' }, { value: 'urgent' }],
};
const PARCELS = { name: 'Parcels', fields: [SIZE, WEIGHT], texts: 12 };
const STICKERS = { name: 'Stickers', fields: [MARKS], texts: 12 };

type Mine = { items: { kind: string; answer: unknown }[] };

/** What was answered, newest first, as the server has it. */
async function saidTo(page: Page, url: string, projectId: string): Promise<unknown[]> {
  const path = `/projects/${projectId}/annotations/mine`;
  const mine = await callApi<Mine>(url, await page.context().cookies(), path);
  return mine.items.map(({ answer }) => answer);
}

/** Presses keys one after another and waits for the next item. */
async function answerBy(page: Page, ...keys: string[]): Promise<void> {
  const before = await textInFront(page);
  for (const key of keys) await page.keyboard.press(key);
  await expect.poll(() => textInFront(page)).not.toBe(before);
}

journeys('an item with two fields', ({ url, open }) => {
  it('is answered by keys alone: a key chooses, the number follows, Enter confirms both', async () => {
    const { page } = await open();
    const projectId = await makeTextProject(page, url, PARCELS);
    await openTexts(page, url, projectId);
    const number = page.getByRole('textbox', { name: WEIGHT.question });

    await page.keyboard.press('2');
    await page.getByRole('button', { name: /^big/, pressed: true }).waitFor();
    await expect
      .poll(() => number.evaluate((input) => input === document.activeElement))
      .toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('A number is needed, such as 12 or 0.5.').waitFor();
    await answerBy(page, '1', '2', '.', '5', 'Enter');

    // The next item begins anew: the number is empty and does not hold the keys back.
    const chosen = page.getByRole('button', { pressed: true, name: /^(small|big)/ });
    await expect.poll(() => chosen.count()).toBe(0);
    await expect.poll(() => number.inputValue()).toBe('');
    await answerBy(page, '1', '7', 'Enter');
    await expect
      .poll(() => saidTo(page, url, projectId))
      .toEqual([
        { size: 'small', weight: 7 },
        { size: 'big', weight: 12.5 },
      ]);
    await page
      .getByRole('list', { name: 'Your last answers, newest first' })
      .getByText('big, 12.5, sent')
      .waitFor();
  });

  it('says which answer is missing, and leads there', async () => {
    const { page } = await open();
    const projectId = await makeTextProject(page, url, PARCELS);
    await openTexts(page, url, projectId);
    await page.keyboard.press('Enter');
    const size = page.getByRole('group', { name: SIZE.question });
    await size.getByText('Choose one of these answers.').waitFor();
    await answerBy(page, '1', '3', 'Enter');
    await expect.poll(() => saidTo(page, url, projectId)).toEqual([{ size: 'small', weight: 3 }]);
  });
});

journeys('an item with several choices', ({ url, open }) => {
  it('takes any number of them, also none, and Enter confirms', async () => {
    const { page } = await open();
    const projectId = await makeTextProject(page, url, STICKERS);
    await openTexts(page, url, projectId);
    await answerBy(page, '1', '2', '1', 'Enter');
    await answerBy(page, 'Enter');
    await expect
      .poll(() => saidTo(page, url, projectId))
      .toEqual([{ marks: [] }, { marks: ['urgent'] }]);
    await page
      .getByRole('list', { name: 'Your last answers, newest first' })
      .getByText('none, sent')
      .waitFor();
  });
});

journeys('axe finds no barrier where several answers are given', ({ url, open }) => {
  for (const asked of [PARCELS, STICKERS]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`in ${asked.name}, ${colorScheme} and at 320 px`, async () => {
        const { page } = await open({ colorScheme, reducedMotion: 'reduce' });
        const projectId = await makeTextProject(page, url, asked);
        await openTexts(page, url, projectId);
        await page.keyboard.press('Enter');
        expect(await findBarriers(page)).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await scrollsSideways(page)).toBe(false);
        expect(await findBarriers(page)).toEqual([]);
      });
    }
  }
});
