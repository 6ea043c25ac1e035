// Before somebody shares what is regretted later, the program points at it. It stops nobody, and keeps nothing of it.

import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/kind.ts';
import { Seat } from '../support/seats.ts';

test('a number, an address and the reporter are pointed at before they are shared, and shared all the same', async ({ browser }) => {
  const om = await Seat.open(browser, 'om');
  const path = await om.convene('26-7501', 'moeder (29)');
  await om.enter(path);
  const hint = om.composer.getByText('Let op, dit staat erin');
  await om.words.fill('Moeder belde om 10:42, twee eerdere meldingen.');
  await expect(hint).toHaveCount(0);
  const text = 'Haar bsn is 111222333, ze zit in de opvang aan de Lindelaan 12.';
  await om.words.fill(text);
  // It stands under the words and leaves them their width.
  const [field, line] = [await om.words.boundingBox(), await hint.boundingBox()];
  expect(line!.y).toBeGreaterThan(field!.y + field!.height - 1);
  expect(field!.width).toBeGreaterThan(400);
  await expect(hint).toContainText('een burgerservicenummer, een adres dat geheim kan zijn');
  await expectAccessible(om.page, 'a hint');
  await om.words.press('Control+Enter');
  await expect(om.card(text)).toHaveCount(1);
  await expect(hint).toHaveCount(0);
  expect(om.faults).toEqual([]);
});
