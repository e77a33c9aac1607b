import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { callApi } from './people';

type Cookies = { name: string; value: string }[];
type Mine = { items: { id: string; kind: string; itemId: string; supersedes: string | null }[] };

/** The demo project's id, as the owner sees it. */
export async function findDemo(page: Page, url: string): Promise<string> {
  const cookies = await page.context().cookies();
  const me = await callApi<{ workspaces: { id: string }[] }>(url, cookies, '/me');
  const projects = await callApi<{ items: { id: string; name: string }[] }>(
    url,
    cookies,
    `/workspaces/${me.workspaces[0]?.id}/projects`,
  );
  const demo = projects.items.find((project) => project.name === 'Handwritten digits');
  if (demo === undefined) throw new Error('There is no demo project.');
  return demo.id;
}

/** What this person has answered, newest first, as the server has it. */
export async function answersOf(page: Page, url: string, projectId: string) {
  const cookies: Cookies = await page.context().cookies();
  const mine = await callApi<Mine>(
    url,
    cookies,
    `/projects/${projectId}/annotations/mine?limit=200`,
  );
  return mine.items;
}

/** Opens the labelling page and waits for the item in front, with its picture. */
export async function openLabelling(page: Page, url: string, projectId: string): Promise<void> {
  await page.goto(`${url}/projects/${projectId}/label`);
  await page.getByRole('group', { name: 'Answers' }).waitFor();
  await page.getByRole('img', { name: /to label$/ }).waitFor();
}

/** The external id of the item in front. */
export async function itemInFront(page: Page): Promise<string> {
  const alt = await page.getByRole('img', { name: /to label$/ }).getAttribute('alt');
  return /^Item (.+), to label$/.exec(alt ?? '')?.[1] ?? '';
}

/**
 * Presses a key and waits until another item stands in front. Returns the item that was answered.
 */
export async function answerWith(page: Page, key: string): Promise<string> {
  const before = await itemInFront(page);
  await page.keyboard.press(key);
  await expect.poll(() => itemInFront(page)).not.toBe(before);
  return before;
}

/** How many items are loaded behind the one in front. */
export async function loadedAhead(page: Page): Promise<number> {
  const text = await page.getByText(/items? (is|are) ready, also without a connection/).innerText();
  return Number.parseInt(text, 10);
}
