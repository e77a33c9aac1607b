import type { Page } from 'playwright-core';
import { callApi } from './people';

type Cookies = { name: string; value: string }[];
type Round = { number: number; state: string; modelId: string | null };

const ROUND_WITHIN_MS = 120_000;
const ASK_EVERY_MS = 500;

/** The rounds of a project, newest first, as the server has them. */
export async function roundsOf(page: Page, url: string, projectId: string): Promise<Round[]> {
  const cookies: Cookies = await page.context().cookies();
  const list = await callApi<{ items: Round[] }>(url, cookies, `/projects/${projectId}/rounds`);
  return list.items;
}

/**
 * Waits until a round of at least this number has published its queue; gives the newest of them.
 */
export async function untilReady(
  page: Page,
  url: string,
  at: { readonly projectId: string; readonly number: number },
): Promise<Round> {
  const limit = Date.now() + ROUND_WITHIN_MS;
  for (;;) {
    const rounds = await roundsOf(page, url, at.projectId);
    const ready = rounds.find((round) => round.state === 'ready');
    if (ready !== undefined && ready.number >= at.number) return ready;
    const failed = rounds.find((round) => round.state === 'failed' && round.number >= at.number);
    if (failed !== undefined) throw new Error(`Round ${failed.number} failed.`);
    if (Date.now() > limit) throw new Error(`No round ${at.number} in ${ROUND_WITHIN_MS} ms.`);
    await page.waitForTimeout(ASK_EVERY_MS);
  }
}

/** A project whose pool was scored: the demo annotator answers first when nobody has. */
export async function withRound(page: Page, url: string, projectId: string): Promise<Round> {
  const ready = (await roundsOf(page, url, projectId)).find((round) => round.state === 'ready');
  if (ready !== undefined) return ready;
  await callApi(url, await page.context().cookies(), `/projects/${projectId}/demo-answers`, {
    method: 'POST',
    body: { count: 40 },
  });
  return untilReady(page, url, { projectId, number: 1 });
}

/** Opens a screen of a project and waits until nothing on it is still loading. */
export async function openScreen(
  page: Page,
  url: string,
  at: { readonly projectId: string; readonly screen: string },
): Promise<void> {
  await page.goto(`${url}/projects/${at.projectId}/${at.screen}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await untilLoaded(page);
}

/** Nothing on the page is still loading. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}
