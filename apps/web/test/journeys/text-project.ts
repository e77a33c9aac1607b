import type { LabelField } from '@dubio/contracts';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { callApi } from './people';

const IMPORTED_WITHIN_MS = 100_000;

type Asked = { readonly name: string; readonly fields: readonly LabelField[] };

/** A project of as many short texts, imported and ready to be labelled; gives its id. */
export async function makeTextProject(
  page: Page,
  url: string,
  { name, fields, texts }: Asked & { readonly texts: number },
): Promise<string> {
  const cookies = await page.context().cookies();
  const me = await callApi<{ workspaces: { id: string }[] }>(url, cookies, '/me');
  const { id } = await callApi<{ id: string }>(
    url,
    cookies,
    `/workspaces/${me.workspaces[0]?.id}/projects`,
    { method: 'POST', body: { name, itemKind: 'text', labelSchema: { fields } } },
  );
  const imports = `/projects/${id}/imports`;
  const options = { kind: 'csv', columns: { id: 'external-id', text: 'text' } };
  const made = await callApi<{ id: string }>(url, cookies, imports, {
    method: 'POST',
    body: { fileName: 'texts.csv', options },
  });
  const rows = Array.from({ length: texts }, (_, row) => `t${row},"Parcel number ${row}"\n`);
  const sent = await page.request.put(`${url}/api/v1${imports}/${made.id}/content`, {
    headers: { 'content-type': 'application/octet-stream', origin: url },
    data: Buffer.from(`id,text\n${rows.join('')}`),
  });
  expect(sent.status()).toBeLessThan(300);
  await expect
    .poll(
      async () => (await callApi<{ state: string }>(url, cookies, `${imports}/${made.id}`)).state,
      // The one worker may be in the middle of a round of another journey.
      { timeout: IMPORTED_WITHIN_MS },
    )
    .toBe('done');
  return id;
}

/** Opens the labelling page and waits for the text in front. */
export async function openTexts(page: Page, url: string, projectId: string): Promise<void> {
  await page.goto(`${url}/projects/${projectId}/label`);
  await page.getByRole('button', { name: /^Save the answer/ }).waitFor();
}

/** The text in front. */
export const textInFront = (page: Page): Promise<string> =>
  page.getByRole('region', { name: /to label$/ }).innerText();
