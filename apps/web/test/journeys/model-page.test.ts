import { expect, it } from 'vitest';
import { openScreen, withRound } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';

journeys('the model page', ({ url, open }) => {
  it('shows how far confidence can be trusted, class by class, and gives the files', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    const round = await withRound(page, url, projectId);
    await openScreen(page, url, { projectId, screen: 'models' });
    await page.getByRole('link', { name: `Round ${round.number}`, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: `Model of round ${round.number}` }).waitFor();
    await page.getByRole('img', { name: /^Reliability diagram\. ECE 0\.\d{3}/ }).waitFor();
    await page.getByText(/^The model (was too|said)/).waitFor();
    const classes = page.getByRole('region', { name: 'Per class, table' }).getByRole('row');
    expect(await classes.count()).toBe(11);

    for (const name of ['Model with posterior, ONNX', 'Weights, safetensors']) {
      const href = await page.getByRole('link', { name }).getAttribute('href');
      const answer = await page.request.get(`${url}${href}`);
      expect(answer.status()).toBe(200);
      expect((await answer.body()).byteLength).toBeGreaterThan(10_000);
    }
  }, 200_000);
});
