import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { journeys } from './journey';
import { answersOf, answerWith, findDemo, itemInFront, openLabelling } from './labelling';

/** Presses Tab until the wanted element has the focus, which must be visible there. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null) return { name: '', outline: '' };
      const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return { name: text.trim(), outline: getComputedStyle(element).outlineStyle };
    });
    if (!name.test(focused.name)) continue;
    expect(focused.outline).toBe('solid');
    return;
  }
  throw new Error(`Nothing named ${name} was reached with 60 presses of Tab.`);
}

journeys('with the keyboard alone', ({ url, open, invite }) => {
  it('goes from the projects to the item, and labels', async () => {
    const { page } = await open();
    await page.goto(`${url}/`);
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await tabTo(page, /^Handwritten digits$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/overview$/);
    await page.getByRole('navigation', { name: 'Project', exact: true }).waitFor();
    await tabTo(page, /^Label$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/label$/);
    await page.getByRole('img', { name: /to label$/ }).waitFor();
    await answerWith(page, '0');
  });

  it('skips with a reason, notes, flags, explains the keys and leaves every dialog by Escape', async () => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const { page } = await invite('annotator', 'Gita');
    await openLabelling(page, url, projectId);

    for (const [key, title] of [
      ['?', 'Keys'],
      ['s', 'Why skip it?'],
      ['n', 'A note with your answer'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name: title }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    const skipped = await itemInFront(page);
    await page.keyboard.press('s');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('1');
    await expect.poll(() => itemInFront(page)).not.toBe(skipped);

    await page.keyboard.press('f');
    await page.getByRole('button', { name: /^Flag/, pressed: true }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('textbox', { name: 'Note' }).waitFor();
    await page.keyboard.type('two digits on one scan');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await answerWith(page, '8');
    await expect
      .poll(async () => (await answersOf(page, url, projectId)).map((answer) => answer.kind).sort())
      .toEqual(['answer', 'flag', 'skip']);
  });

  it('lets single keys rest when they are switched off', async () => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const { page } = await invite('annotator', 'Hugo');
    await openLabelling(page, url, projectId);
    await page.keyboard.press('?');
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const before = await itemInFront(page);
    await page.keyboard.press('1');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await answersOf(page, url, projectId)).toHaveLength(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await itemInFront(page)).toBe(before);
  });
});
