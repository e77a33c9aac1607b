import { expect, it } from 'vitest';
import { journeys } from './journey';
import { answerWith, findDemo, itemInFront, openLabelling } from './labelling';
import { callApi } from './people';

const ROUND_WITHIN_MS = 90_000;

journeys('a round', ({ url, open }) => {
  it('re-orders what is not in front of anybody, and says so', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openLabelling(page, url, projectId);
    await answerWith(page, '1');
    const front = await itemInFront(page);

    const cookies = await page.context().cookies();
    await callApi(url, cookies, `/projects/${projectId}/demo-answers`, {
      method: 'POST',
      body: { count: 40 },
    });
    await page
      .getByText(/^Round \d+ is ready\. \d+ of your next \d+ items changed/)
      .waitFor({ timeout: ROUND_WITHIN_MS });
    expect(await itemInFront(page)).toBe(front);

    await answerWith(page, '2');
    const why = page.getByRole('complementary', { name: 'Why this item' });
    await why.getByText(/ of \d+ in the queue|Drawn at random/).waitFor();
  }, 150_000);
});
