import { expect, it } from 'vitest';
import { openScreen } from './engineering';
import { journeys } from './journey';
import { findDemo } from './labelling';

journeys('settings', ({ url, open }) => {
  it('are kept once saved, and refuse what cannot work in words', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'settings' });
    const model = page.getByRole('region', { name: 'Model' });
    const samples = model.getByLabel('Posterior samples');
    await samples.fill('1');
    await model.getByRole('button', { name: 'Save' }).click();
    await model.getByText('At least 2: one sample cannot disagree with itself.').waitFor();
    await model.getByRole('button', { name: 'Undo changes' }).click();

    const rounds = page.getByRole('region', { name: 'Rounds and queue' });
    const labels = rounds.getByLabel('Labels before a new round');
    const first = await labels.inputValue();
    await labels.fill('25');
    await rounds.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').first().waitFor();
    await openScreen(page, url, { projectId, screen: 'settings' });
    expect(await labels.inputValue()).toBe('25');

    await labels.fill(first);
    await rounds.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').first().waitFor();
  });

  it('keep the switch of training with LURE weights, and say what it is good for', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'settings' });
    const rounds = page.getByRole('region', { name: 'Rounds and queue' });
    const lure = rounds.getByLabel(/^Training with LURE weights/);
    const save = async (region: typeof rounds) => {
      await region.getByRole('button', { name: 'Save' }).click();
      await region.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
    };
    expect(await lure.isChecked()).toBe(false);
    await rounds.getByText(/skewed sample/).waitFor();
    await lure.check();
    await save(rounds);
    await openScreen(page, url, { projectId, screen: 'settings' });
    expect(await lure.isChecked()).toBe(true);

    await lure.uncheck();
    await save(rounds);
  });

  it('keep the share of active-test items, and leave half of the queue to training', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'settings' });
    const rounds = page.getByRole('region', { name: 'Rounds and queue' });
    const share = rounds.getByLabel('Drawn to test on, %');
    const save = rounds.getByRole('button', { name: 'Save' });
    const saved = () =>
      rounds.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
    expect(await share.inputValue()).toBe('0');
    await share.fill('49');
    await save.click();
    await rounds.getByText('With those drawn at random at most 50 %.', { exact: true }).waitFor();
    await share.fill('12.5');
    await save.click();
    await saved();
    await openScreen(page, url, { projectId, screen: 'settings' });
    expect(await share.inputValue()).toBe('12.5');

    await share.fill('0');
    await save.click();
    await saved();
  });

  it('start rounds by the clock, in a time zone, with the next time', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'settings' });
    const schedule = page.getByRole('region', { name: 'Schedule' });
    await schedule.getByLabel('Cron').fill('0 2 * * *');
    await schedule.getByLabel('Time zone').fill('Europe/Berlin');
    await schedule.getByRole('button', { name: 'Add the schedule' }).click();
    await schedule.getByText(/^Next: .*02:00/).waitFor();
    await schedule.getByRole('button', { name: 'Remove 0 2 * * *' }).click();
    await schedule.getByText('No round starts by the clock.').waitFor();
  });

  it('show the secret of a token once, and an invitation as a link', async () => {
    const { page } = await open();
    const projectId = await findDemo(page, url);
    await openScreen(page, url, { projectId, screen: 'settings' });
    const tokens = page.getByRole('region', { name: 'API tokens' });
    await tokens.getByLabel('Name').fill('nightly export');
    await tokens.getByRole('button', { name: 'Make a token' }).click();
    const secret = await tokens.getByRole('textbox', { name: 'nightly export' }).inputValue();
    expect(secret.length).toBeGreaterThan(20);
    await openScreen(page, url, { projectId, screen: 'settings' });
    await tokens.getByText('nightly export').waitFor();
    expect(await page.content()).not.toContain(secret);
    await tokens.getByRole('button', { name: 'End the token nightly export' }).click();

    await openScreen(page, url, { projectId, screen: 'people' });
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('textbox', { name: 'Invitation link' }).inputValue();
    expect(link.startsWith(url)).toBe(true);
  });
});
