import { expect, inject, it } from 'vitest';
import { journeys } from './journey';
import { answersOf, answerWith, findDemo, openLabelling } from './labelling';

journeys('from the first start to the first label', ({ url, open }) => {
  it('lands on the projects, and the one-time token leaves the address', () => {
    const visit = inject('product')?.firstVisit;
    expect(visit).toEqual({ path: '/', heading: 'Projects', addressAfter: `${url}/` });
  });

  it('says in words that the link has been used', async () => {
    const { page } = await open({ storageState: { cookies: [], origins: [] } });
    await page.goto(inject('product')?.usedLink ?? '');
    await page.getByText(/used already or has expired/).waitFor();
  });

  it('asks for a link where nobody is signed in', async () => {
    const { page } = await open({ storageState: { cookies: [], origins: [] } });
    await page.goto(`${url}/`);
    await page.getByRole('heading', { name: 'Open the link you were given' }).waitFor();
  });

  it('goes from the projects to the first answer, which survives a reload', async () => {
    const { page } = await open();
    await page.goto(`${url}/`);
    await page.getByRole('link', { name: 'Handwritten digits' }).click();
    await page.getByRole('link', { name: 'Label', exact: true }).first().click();
    await page.getByRole('img', { name: /to label$/ }).waitFor();
    const projectId = await findDemo(page, url);
    const before = (await answersOf(page, url, projectId)).length;

    await answerWith(page, '3');
    const last = page.getByRole('list', { name: 'Your last answers, newest first' });
    await last.getByText('3, sent').first().waitFor();
    expect(await answersOf(page, url, projectId)).toHaveLength(before + 1);

    await openLabelling(page, url, projectId);
    await last.getByText('3, sent').first().waitFor();
  });
});
