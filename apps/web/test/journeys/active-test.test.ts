import { expect, it } from 'vitest';
import { findBarriers } from './axe';
import { openScreen, roundsOf, untilReady, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';
import { callApi } from './people';

type ActiveTest = { rows: number; metric: { value: number } };
type Project = { counts: { labelled: number } };
type Model = { metrics: { activeTest: ActiveTest | null } };

journeys('active-test items', ({ url, open }) => {
  it('tell on the pages of model and round how good it is on the whole pool', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    const cookies = await page.context().cookies();
    const project = `/projects/${projectId}`;
    const share = (activeTestShare: number) =>
      callApi(url, cookies, project, { method: 'PATCH', body: { policies: { activeTestShare } } });
    const nextRound = async () => {
      const newest = (await roundsOf(page, url, projectId))[0]!.number;
      await callApi(url, cookies, `${project}/rounds`, { method: 'POST' });
      return untilReady(page, url, { projectId, number: newest + 1 });
    };
    await withRound(page, url, projectId);
    await share(0.4);
    await nextRound();
    const answered = async () => (await callApi<Project>(url, cookies, project)).counts.labelled;
    const before = await answered();
    const body = { count: 15 };
    await callApi(url, cookies, `${project}/demo-answers`, { method: 'POST', body });
    await expect.poll(answered, { timeout: 60_000 }).toBe(before + 15);
    const { modelId, number } = await nextRound();
    await share(0);

    const { metrics } = await callApi<Model>(url, cookies, `${project}/models/${modelId}`);
    const rows = metrics.activeTest?.rows ?? 0;
    expect(rows).toBeGreaterThanOrEqual(2);
    expect(rows).toBeLessThan(30);
    await openScreen(page, url, { projectId, screen: `models/${modelId}` });
    const note = page.getByText(/^Active testing, for the whole pool:/);
    const words = (await note.textContent()) ?? '';
    expect(words).toMatch(/\d+\.\d %, \d+\.\d to \d+\.\d %, NLL \d+\.\d+ ± \d+\.\d+ nats/);
    expect(words).toContain(`from ${rows} answers to items`);
    expect(words).toContain('Below 30 answers it is a hint, no more.');
    expect(await findBarriers(page)).toEqual([]);

    await openScreen(page, url, { projectId, screen: `rounds/${number}` });
    await page.getByText(`Active testing on ${rows} items, for the whole pool`).waitFor();
  });
});
