import { expect, it } from 'vitest';
import { openScreen, roundsOf, untilReady, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';
import { callApi } from './people';

const LABEL = 'Use the compressed model for predictions and for scoring';

/**
 * A prior that hardly counts prunes nothing: the compressed model is as good as the full one,
 * whatever the labels.
 */
const SURE_TO_PASS = { kind: 'group-horseshoe', klScale: 1e-6 };

type Settings = { modelSpec: { posterior: object }; policies: { useCompressedModel: boolean } };
type Answer = { network: string; networkReason: string | null };

journeys('the compressed model', ({ url, open }) => {
  it('is chosen on the page of a model, once it may stand for the full one', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    const cookies = await page.context().cookies();
    const project = `/projects/${projectId}`;
    await withRound(page, url, projectId);
    const before = await callApi<Settings>(url, cookies, project);

    await openScreen(page, url, { projectId, screen: 'settings' });
    const rounds = page.getByRole('region', { name: 'Rounds and queue' });
    await rounds
      .getByText(/cannot be chosen for the model in use \(round \d+\)\. It has no/)
      .waitFor();
    expect(await rounds.getByLabel(LABEL).isDisabled()).toBe(true);

    const modelSpec = { ...before.modelSpec, posterior: SURE_TO_PASS, maxEpochs: 20 };
    await callApi(url, cookies, project, { method: 'PATCH', body: { modelSpec } });
    const newest = (await roundsOf(page, url, projectId))[0]!.number;
    await callApi(url, cookies, `${project}/rounds`, { method: 'POST' });
    const { modelId } = await untilReady(page, url, { projectId, number: newest + 1 });

    // Whether it is the better model is not asked here.
    await callApi(url, cookies, `${project}/models/${modelId}/promote`, { method: 'POST' });

    await openScreen(page, url, { projectId, screen: `models/${modelId}` });
    const choice = page.getByRole('switch', { name: LABEL });
    await page.getByText('It is off: the full network answers predictions').waitFor();
    await choice.click();
    await page.getByText(/^This model answers predictions with its compressed model/).waitFor();
    const rows = [Array.from({ length: 64 }, (_, i) => i % 17)];
    const answer = await callApi<Answer>(url, cookies, `${project}/models/${modelId}/predict`, {
      method: 'POST',
      body: { rows },
    });
    expect(answer).toMatchObject({ network: 'compressed', networkReason: null });

    await openScreen(page, url, { projectId, screen: 'settings' });
    expect(await rounds.getByLabel(LABEL).isChecked()).toBe(true);
    await rounds.getByLabel(LABEL).uncheck();
    await rounds.getByRole('button', { name: 'Save' }).click();
    await rounds.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
    const after = await callApi<Settings>(url, cookies, project);
    expect(after.policies.useCompressedModel).toBe(false);
    await callApi(url, cookies, project, {
      method: 'PATCH',
      body: { modelSpec: before.modelSpec },
    });
  }, 300_000);
});
