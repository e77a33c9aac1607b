import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { journeys } from './journey';
import {
  answersOf,
  answerWith,
  findDemo,
  itemInFront,
  loadedAhead,
  openLabelling,
} from './labelling';

const SUBMIT = /\/annotations$/;

/** Keeps answers from reaching the server, as a dead connection does. */
async function blockAnswers(page: Page): Promise<void> {
  await page.route(SUBMIT, (route) => route.abort('internetdisconnected'));
}

journeys('nothing is lost, nothing is doubled', ({ url, open, invite }) => {
  const begin = async (name: string) => {
    const owner = await open();
    const projectId = await findDemo(owner.page, url);
    const person = await invite('annotator', name);
    await openLabelling(person.page, url, projectId);
    return { ...person, projectId };
  };

  it('when the page is loaded again in the middle of labelling', async () => {
    const { page, projectId } = await begin('Aya');
    await blockAnswers(page);
    const answered = [await answerWith(page, '4'), await answerWith(page, '5')];
    answered.push(await answerWith(page, '6'));
    await page.getByText('3 waiting').first().waitFor();
    expect(await answersOf(page, url, projectId)).toHaveLength(0);

    await page.unroute(SUBMIT);
    await openLabelling(page, url, projectId);
    await expect.poll(async () => (await answersOf(page, url, projectId)).length).toBe(3);
    expect(answered).not.toContain(await itemInFront(page));
  });

  it('when the tab is killed with answers on their way', async () => {
    const { page, context, projectId } = await begin('Bo');
    await blockAnswers(page);
    await answerWith(page, '7');
    await answerWith(page, '8');
    await page.getByText('2 waiting').first().waitFor();
    await page.close();

    const again = await context.newPage();
    await openLabelling(again, url, projectId);
    await expect.poll(async () => (await answersOf(again, url, projectId)).length).toBe(2);
  });

  it('when the connection is gone for a while', async () => {
    const { page, context, projectId } = await begin('Chidi');
    await expect.poll(() => loadedAhead(page)).toBeGreaterThanOrEqual(8);
    await context.setOffline(true);
    for (const key of '12345') await answerWith(page, key);
    await page
      .getByText('No connection. 5 answers are kept here and will be sent.')
      .first()
      .waitFor();

    await context.setOffline(false);
    await expect.poll(async () => (await answersOf(page, url, projectId)).length).toBe(5);
    await expect.poll(() => page.getByText('No connection').count()).toBe(0);
    const items = (await answersOf(page, url, projectId)).map((answer) => answer.itemId);
    expect(new Set(items).size).toBe(5);
  });

  it('when the reply to an answer is lost on the way', async () => {
    const { page, projectId } = await begin('Dana');
    let lost = 0;
    await page.route(SUBMIT, async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    const again = page.waitForResponse(SUBMIT);
    await answerWith(page, '9');
    await again;
    expect(lost).toBe(1);
    await expect.poll(() => page.getByText(/waiting/).count()).toBe(0);
    expect(await answersOf(page, url, projectId)).toHaveLength(1);
  });

  it('when the same person opens a second tab', async () => {
    const { page, context, projectId } = await begin('Eli');
    const first = await itemInFront(page);
    const second = await context.newPage();
    await second.goto(`${url}/projects/${projectId}/label`);
    await second.getByText('You are labelling in another tab').waitFor();
    await second.getByRole('button', { name: 'Label here' }).click();
    await second.getByRole('img', { name: /to label$/ }).waitFor();
    expect(await itemInFront(second)).toBe(first);
    await page.getByText('You are labelling in another tab').waitFor();
    await answerWith(second, '2');
    await expect.poll(async () => (await answersOf(second, url, projectId)).length).toBe(1);
  });

  it('when an answer is taken back, before and after it was sent', async () => {
    const { page, projectId } = await begin('Femi');
    const first = await answerWith(page, '1');
    const second = await answerWith(page, '2');
    await expect.poll(async () => (await answersOf(page, url, projectId)).length).toBe(2);
    await page.keyboard.press('z');
    await expect.poll(() => itemInFront(page)).toBe(second);
    await page.keyboard.press('z');
    await expect.poll(() => itemInFront(page)).toBe(first);

    await blockAnswers(page);
    await answerWith(page, '3');
    await page.getByText('1 waiting').first().waitFor();
    await page.keyboard.press('z');
    await expect.poll(() => itemInFront(page)).toBe(first);
    await expect.poll(() => page.getByText(/\d waiting/).count()).toBe(0);
  });
});
