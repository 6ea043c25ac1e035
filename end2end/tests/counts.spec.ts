// What a task costs somebody who knows the screen, counted in keys and clicks. Typing words of one's own is not counted.

import { expect, test, type Locator } from '@playwright/test';
import { Seat } from '../support/seats.ts';

/** Counts what a person does with hands. */
class Hands {
  used = 0;

  constructor(private readonly seat: Seat) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.used += 1;
      await this.seat.page.keyboard.press(key);
    }
  }

  async click(target: Locator): Promise<void> {
    this.used += 1;
    await target.click();
  }

  async type(words: string): Promise<void> {
    await this.seat.page.keyboard.type(words);
  }
}

test('VT asks for more time with one key', async ({ browser }) => {
  const om = await Seat.open(browser, 'om');
  const vt = await Seat.open(browser, 'vt');
  const path = await om.convene('26-7501', 'vader (38)');
  await om.enter(path);
  await vt.enter(path);
  const hands = new Hands(vt);
  await hands.press('t');
  await expect(om.pause).toBeVisible();
  expect(hands.used).toBe(1);
});

test('a ZSM session of six parties is convened with at most six', async ({ browser }) => {
  const om = await Seat.open(browser, 'om');
  await om.go();
  await expect(om.page.getByRole('heading', { level: 1, name: 'Mijn overleggen' })).toBeVisible();
  const hands = new Hands(om);
  await hands.click(om.page.getByRole('link', { name: 'Overleg bijeenroepen' }));
  await expect(om.page.getByLabel('Zaaknummer')).toBeFocused();
  await hands.type('26-7502');
  await hands.press('Tab', 'Tab');
  await expect(om.page.getByLabel('Naam of aanduiding')).toBeFocused();
  await hands.type('vader (38)');
  await hands.press('Enter');
  await om.page.waitForURL(/\/overleg\/[0-9a-f-]{36}$/);
  expect(hands.used).toBeLessThanOrEqual(6);
  await om.enter(new URL(om.page.url()).pathname);
  await expect(om.page.getByRole('region', { name: 'Aan tafel' }).getByRole('listitem')).toHaveCount(6);
});

test('sharing costs one, approving one, and "only what was requested" at most five', async ({ browser }) => {
  test.setTimeout(180_000);
  const om = await Seat.open(browser, 'om');
  const politie = await Seat.open(browser, 'politie');
  const path = await om.convene('26-7503', 'vader (38)');
  await om.enter(path);
  await politie.enter(path);

  const sharing = new Hands(politie);
  await politie.words.focus();
  await sharing.type('Melding 1 van de politie.');
  await sharing.press('Control+Enter');
  await expect(om.card('Melding 1 van de politie.')).toBeVisible();
  expect(sharing.used).toBe(1);

  for (let number = 2; number <= 20; number += 1) {
    await sharing.type(`Melding ${number} van de politie.`);
    await sharing.press('Control+Enter');
  }
  await expect(om.page.getByRole('article')).toHaveCount(20);
  const task = 'opsporing, vervolging en afdoening (art. 124 Wet RO)';
  for (const number of [3, 7, 19]) {
    await om.request(`Melding ${number} van`, task, 'Voor de afdoening.');
  }
  await om.moveTo('Accorderen');
  await expect(politie.matrix.getByRole('row')).toHaveCount(21);

  const approving = new Hands(politie);
  await approving.click(politie.cell('Melding 1 van', 'VT'));
  await expect(politie.cell('Melding 1 van', 'VT')).toHaveAccessibleName(/VT: akkoord/);
  expect(approving.used).toBe(1);

  const bulk = new Hands(politie);
  await bulk.press('r');
  const dialog = politie.page.getByRole('dialog', { name: 'In één keer beslissen' });
  await expect(dialog).toContainText('OM 3 inbrengen');
  await bulk.click(dialog.getByRole('button', { name: 'Bevestigen' }));
  await expect(politie.page.getByText('Alles is beslist.')).toBeVisible();
  expect(bulk.used).toBeLessThanOrEqual(5);
  await expect(politie.matrix.getByRole('button', { name: /: akkoord/ })).toHaveCount(4);
  await expect(politie.matrix.getByRole('button', { name: /: geweigerd/ })).toHaveCount(20 * 5 - 4);
});

test('the board shows first what is most urgent', async ({ browser }) => {
  const om = await Seat.open(browser, 'om');
  await om.go();
  // Of the cases of this prosecutor one has custody that ends: it stands on top, and says until when.
  const first = om.page.getByRole('region', { name: 'Nu bezig' }).getByRole('listitem').first();
  await expect(first.getByRole('link', { name: '26-0417' })).toBeVisible();
  await expect(first).toContainText('wettelijke termijn, loopt door');
});
