import { expect, it } from 'vitest';
import { journeys } from './journey';

const ROWS = ['id,text,topic'];
for (let row = 1; row <= 40; row += 1) {
  ROWS.push(
    `m${row},"Message number ${row}",${row % 4 === 0 ? 'billing' : row % 4 === 1 ? 'bug' : ''}`,
  );
}
const GOOD = `${ROWS.join('\n')}\n`;
/** Line 3 names an answer nobody listed. */
const WITH_A_BAD_ROW = GOOD.replace('m2,"Message number 2",', 'm2,"Message number 2",neither');

function csv(name: string, text: string) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
}

journeys('a new project', ({ url, open }) => {
  it('goes from a CSV to the first item in three steps', async () => {
    const { page } = await open();
    await page.goto(url);
    await page.getByRole('link', { name: 'New project' }).click();
    await page.locator('input[type=file]').setInputFiles(csv('support-messages.csv', GOOD));
    const preview = page.getByRole('complementary', { name: 'What the annotator will see' });
    await preview.getByText('Message number 1').waitFor();
    await preview.getByText('billing').waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Name of the project').inputValue()).toBe('Support messages');
    await page.getByRole('button', { name: /^Make the project/ }).click();

    await page.waitForURL(/\/label$/, { timeout: 60_000 });
    await page.getByRole('heading', { name: 'Which topic is it?' }).waitFor();
    await page
      .getByText(/^Message number \d+$/)
      .first()
      .waitFor();
    await page.getByRole('group', { name: 'Answers' }).getByText('billing').waitFor();
  });

  it('lists rows that were not taken by line, with the reason, and takes the others', async () => {
    const { page } = await open();
    await page.goto(`${url}/projects/new`);
    await page.locator('input[type=file]').setInputFiles(csv('some-bad.csv', WITH_A_BAD_ROW));
    await page.getByRole('button', { name: /^Next: answers/ }).click();
    await page.getByRole('button', { name: 'Remove neither' }).click();
    await page.getByRole('button', { name: /^Make the project/ }).click();

    await page.getByText('39 items went in.').waitFor({ timeout: 60_000 });
    const problems = page.getByRole('region', { name: 'Rows that were not taken' });
    await problems.getByRole('cell', { name: '3', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Label the first item' }).click();
    await page.getByRole('group', { name: 'Answers' }).waitFor();
  });

  it('learns in partitions and from round to round where the advanced part says so', async () => {
    const { page } = await open();
    await page.goto(`${url}/projects/new`);
    await page.locator('input[type=file]').setInputFiles(csv('in-partitions.csv', GOOD));
    await page.getByRole('button', { name: /^Next: answers/ }).click();
    await page.getByText('Advanced: how it learns').click();
    await page.getByLabel('Posterior', { exact: true }).click();
    await page.getByRole('option', { name: /mean field/ }).click();
    await page.getByLabel(/^Deal the labels to several workers/).check();
    await page.getByLabel('Partitions', { exact: true }).fill('1');
    await page.getByLabel(/^Begin each round from the model in use/).check();
    await page.getByRole('button', { name: /^Make the project/ }).click();
    await page.getByText('A whole number from 2 to 64.').waitFor();
    await page.getByLabel('Partitions', { exact: true }).fill('3');
    const made = page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && /\/projects$/.test(answer.url()),
    );
    await page.getByRole('button', { name: /^Make the project/ }).click();
    const { id } = await (await made).json();
    // The import goes on without the page.
    await page.goto(`${url}/projects/${id}/settings`);
    const partitions = page.getByLabel('Partitions', { exact: true });
    await partitions.waitFor();
    expect(await partitions.inputValue()).toBe('3');
    expect(await page.getByLabel(/^Begin each round from the model in use/).isChecked()).toBe(true);
  });

  it('says what is wrong with a file before anything is sent', async () => {
    const { page } = await open();
    await page.goto(`${url}/projects/new`);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'notes.docx', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await page.getByText(/is none of these kinds/).waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') });
    await page.getByText(/cannot be read as a zip/).waitFor();
  });
});
