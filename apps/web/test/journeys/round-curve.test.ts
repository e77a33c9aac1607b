import { expect, it } from 'vitest';
import { openScreen, untilReady, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';
import { callApi } from './people';

/** Seconds of training on any machine, so that the round is seen at work. */
const LONG_TRAINING = { maxEpochs: 80, patience: 80 };

type Settings = { modelSpec: object };

journeys('a round on the overview', ({ url, open }) => {
  it('is seen at work, and gives the curve its point', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    const before = await withRound(page, url, projectId);
    const cookies = await page.context().cookies();
    const project = `/projects/${projectId}`;
    const { modelSpec } = await callApi<Settings>(url, cookies, project);
    const train = (spec: object) =>
      callApi(url, cookies, project, { method: 'PATCH', body: { modelSpec: spec } });
    await train({ ...modelSpec, ...LONG_TRAINING });
    await openScreen(page, url, { projectId, screen: 'overview' });
    const curve = page.getByRole('img', { name: /against labels/ });
    const points = curve.locator('circle.pt');
    const drawn = await points.count();

    await page.getByRole('button', { name: 'Let the demo annotator answer 30' }).click();
    await page.getByText('The demo annotator answers the next 30 items.').waitFor();
    const running = page.getByRole('region', { name: /^Round \d+$/ });
    await running.getByText(/Score the pool/).waitFor({ timeout: 60_000 });
    await running.getByRole('button', { name: 'Cancel' }).waitFor();

    const after = await untilReady(page, url, { projectId, number: before.number + 1 });
    await expect.poll(() => points.count(), { timeout: 30_000 }).toBeGreaterThan(drawn);
    await page
      .getByRole('region', { name: 'Rounds, table' })
      .getByRole('link', { name: String(after.number), exact: true })
      .waitFor();
    await train(modelSpec);
  }, 240_000);

  it('is found as numbers as well: the same values in a table', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await withRound(page, url, projectId);
    await openScreen(page, url, { projectId, screen: 'overview' });
    const numbers = page.getByRole('button', { name: 'Numbers' }).first();
    await numbers.click();
    await page.getByRole('region', { name: 'Learning curve, numbers' }).waitFor();
    expect(await numbers.getAttribute('aria-expanded')).toBe('true');
  });
});
