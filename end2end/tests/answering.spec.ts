// After the close: who gave corrects what it gave; who received is told, reads why, and confirms (R9).

import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '../support/kind.ts';
import { Seat } from '../support/seats.ts';

const WORDS = 'Dwergmeeuw gecorrigeerd: het ging om twee meldingen, niet om drie.';
const REASON = 'Een melding ging over de buren.';

test('a correction reaches who received it, who confirms, and both sides see it', async ({ browser }) => {
  const giver = await Seat.open(browser, 'politie');
  await giver.go('/register');
  const row = giver.page.getByRole('row').filter({ hasText: 'Veilig Thuis' }).first();
  await row.getByRole('rowheader').getByRole('link').click();
  await expect(giver.page.getByRole('heading', { level: 1, name: /^Stuk uit zaak/ })).toBeVisible();
  const path = new URL(giver.page.url()).pathname;
  const words = giver.page.getByRole('article').locator('.card-text');
  const before = await words.innerText();

  await giver.page.getByText('Rectificeren', { exact: true }).first().click();
  const text = giver.page.getByLabel('De tekst zoals die moet zijn');
  await expect(text).toHaveValue(before);
  await text.fill(WORDS);
  await giver.page.getByLabel('Wat er niet klopte').fill(REASON);
  await expectAccessible(giver.page, 'rectifying');
  await expectFits(giver.page, 'rectifying');
  await giver.page.getByRole('button', { name: 'Rectificeren' }).click();
  await expect(words).toHaveText(WORDS);
  await expect(giver.page.getByText(REASON)).toBeVisible();
  await expect(giver.page.getByText(before)).toHaveCount(0);

  const recipient = await Seat.open(browser, 'vt');
  await recipient.go();
  await expect(recipient.page.getByText(/Gewijzigd na vrijgave: [1-9]/)).toBeVisible();
  await expectAccessible(recipient.page, 'a board with a change to confirm');
  await recipient.page.getByRole('link', { name: 'Naar het dossier' }).click();
  const waiting = recipient.page.getByRole('row').filter({ hasText: 'wacht op uw bevestiging' });
  await waiting.getByRole('rowheader').getByRole('link').click();
  await expect(recipient.page.getByText('De eigenaar heeft dit stuk gerectificeerd')).toBeVisible();
  await expect(recipient.page.getByRole('article').locator('.card-text')).toHaveText(WORDS);
  await expectAccessible(recipient.page, 'a rectified item');
  await expectFits(recipient.page, 'a rectified item');
  await recipient.page.getByRole('button', { name: 'Gezien en verwerkt' }).click();
  await expect(recipient.page.getByText('De eigenaar heeft dit stuk gerectificeerd')).toHaveCount(0);
  await expect(recipient.page.getByText('Bevestigd door de ontvanger')).toBeVisible();

  await giver.go(path);
  await expect(giver.page.getByText('Bevestigd door de ontvanger')).toBeVisible();
  await expect(giver.page.getByText('Gelezen door de ontvanger')).toBeVisible();
  expect([...giver.faults, ...recipient.faults]).toEqual([]);
});
