// What an organisation takes along after the close: what it finds in its dossier, the answer to an access request, and its report
// on paper and as a file.

import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from '../support/kind.ts';
import { Seat } from '../support/seats.ts';

async function downloaded(page: Page, link: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: link }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('somebody looks for words in the dossier, and answers an access request', async ({ browser }) => {
  const vt = await Seat.open(browser, 'vt');
  const { page } = vt;
  await vt.go('/dossier');
  await expect(page.getByText(/^Eerstvolgende vernietiging: /)).toBeVisible();
  const items = page.getByRole('rowheader').getByRole('link');
  const all = await items.count();
  expect(all).toBeGreaterThan(0);

  await items.first().click();
  const text = await page.getByRole('article').locator('.card-text').innerText();
  const word = text.split(/\W+/u).reduce((long, it) => (it.length > long.length ? it : long));
  await vt.go('/dossier');
  const field = page.getByRole('searchbox', { name: 'Zoeken' });
  await field.fill('staatnergens');
  await field.press('Enter');
  await expect(page.getByText('Niets gevonden.')).toBeVisible();
  await expect(items).toHaveCount(0);
  await field.fill(word.toUpperCase());
  await field.press('Enter');
  await expect(page.getByText(/stuk(ken)? gevonden\.$/)).toBeVisible();
  await expectAccessible(page, 'a dossier with something found');
  await expectFits(page, 'a dossier with something found');
  expect(page.url()).not.toContain(word);
  expect(page.url().toLowerCase()).not.toContain('staatnergens');
  await items.first().click();

  await page.getByRole('link', { name: 'Inzageverzoek beantwoorden' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Inzage zaak/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Wat wij ontvingen' })).toBeVisible();
  await expect(page.getByText(text)).toHaveCount(0);
  await expectAccessible(page, 'an access report');
  await expectFits(page, 'an access report');
  await page.getByRole('link', { name: 'Met de woorden zelf' }).click();
  await expect(page.getByText(text).first()).toBeVisible();
  await expectAccessible(page, 'an access report with words');
  const paper = await downloaded(page, 'Als PDF');
  expect(paper.name).toMatch(/^inzage-\d{8}-\d{4}\.pdf$/);
  expect(paper.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const file = await downloaded(page, 'Als bestand (JSON)');
  expect(JSON.parse(file.bytes.toString()).received.length).toBeGreaterThan(0);
  expect(vt.faults).toEqual([]);
});

test('a report is taken along on paper and as a file with the same mark', async ({ browser }) => {
  const vt = await Seat.open(browser, 'vt');
  const { page } = vt;
  await vt.go();
  await page.getByRole('link', { name: 'Verantwoording' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: /^Verantwoording/ })).toBeVisible();
  const mark = page.getByText('Kenmerk van wat uw organisatie zag').locator('xpath=following-sibling::dd');
  await expect(mark).toHaveText(/^[0-9a-f]{64}$/);
  const paper = await downloaded(page, 'Als PDF');
  expect(paper.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const file = await downloaded(page, 'Als controleerbaar bestand (JSON)');
  expect(JSON.parse(file.bytes.toString()).chain.head).toBe(await mark.innerText());
  expect(vt.faults).toEqual([]);
});
