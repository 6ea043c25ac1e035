// Every page, in every state somebody meets it: kind to everybody (WCAG 2.2 AA as far as a machine can tell), in light
// and in dark, on a small screen; and without a fault in the console, the content policy's included.

import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectFits } from '../support/kind.ts';
import { Seat, at, watch, type SeatName } from '../support/seats.ts';

const demo = `http://demo.localhost:${process.env.AKKOORD_TEST_PORT ?? '3137'}`;

async function expectKind(page: Page, where: string): Promise<void> {
  await expectAccessible(page, where);
  await expectFits(page, where);
}

test.describe('pages on which nothing happens', () => {
  const visits: [string, SeatName | null, string, string | RegExp][] = [
    ['signing in', null, '/', 'Aanmelden'],
    ['signing in, refused', null, '/?fout=wrong', 'Aanmelden'],
    ['four seats', null, '/demo', 'Vier stoelen aan één tafel'],
    ['the board', 'om', '/overleggen', 'Mijn overleggen'],
    ['the board of a restricted seat', 'gemeente', '/overleggen', 'Mijn overleggen'],
    ['convening', 'om', '/overleggen/nieuw', 'Overleg bijeenroepen'],
    ['convening, by who chairs nothing', 'shn', '/overleggen/nieuw', 'Overleg bijeenroepen'],
    ['the dossier', 'vt', '/dossier', 'Dossier'],
    ['the dossier by giver', 'vt', '/dossier?orde=partij', 'Dossier'],
    ['an empty dossier', 'gemeente', '/dossier', 'Dossier'],
    ['the register', 'politie', '/register', 'Verstrekkingenregister'],
    ['a page that is not there', 'om', '/overleg/niets', 'Deze pagina is er niet'],
  ];
  for (const [name, seat, path, heading] of visits) {
    test(name, async ({ page }) => {
      const faults = watch(page);
      await page.goto(seat ? at(seat, path) : demo + path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await expectKind(page, name);
      // The browser itself notes the status of a page that is not there.
      expect(faults.filter((fault) => !/status of 404/.test(fault))).toEqual([]);
    });
  }
});

test('an item of the dossier, an entry of the register, and the accountability report', async ({ page }) => {
  const faults = watch(page);
  for (const [seat, list] of [['vt', '/dossier'], ['politie', '/register']] as const) {
    await page.goto(at(seat, list));
    await page.getByRole('rowheader').getByRole('link').first().click();
    await expect(page.getByRole('heading', { level: 1, name: /^Stuk uit zaak/ })).toBeVisible();
    await expectKind(page, `an item of ${list}`);
  }
  await page.goto(at('om'));
  await page.getByRole('link', { name: 'Verantwoording' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: /^Verantwoording/ })).toBeVisible();
  await expectKind(page, 'the accountability report');
  expect(faults).toEqual([]);
});

test('the table in all its states: the ground rules, the picture, forms, a pause, the closing round, closed', async ({ browser }) => {
  test.setTimeout(240_000);
  const om = await Seat.open(browser, 'om');
  const vt = await Seat.open(browser, 'vt');
  const path = await om.convene('26-7401', 'moeder (33)');
  await om.page.getByRole('button', { name: 'Ik houd mij aan de spelregels' }).waitFor();
  await expectKind(om.page, 'the ground rules');
  await om.enter(path);
  await vt.enter(path);
  await expectKind(om.page, 'an empty table');

  await om.share('Wat moet er geregeld zijn voor vannacht?', { kind: 'vraag' });
  await vt.share('Twee eerdere meldingen, beide overgedragen aan het wijkteam.');
  await vt.share('Vermoeden van controle over geld en contacten.', { kind: 'vermoeden', only: ['OM'] });
  await expect(om.card('Vermoeden van controle')).toBeVisible();
  await om.request('Twee eerdere', 'opsporing, vervolging en afdoening (art. 124 Wet RO)', 'Voor het besluit.');
  await om.moveTo('Beeld');
  await expectKind(om.page, 'the shared picture, to the chair');
  await expectKind(vt.page, 'the shared picture, to an owner');

  await vt.card('Twee eerdere').getByRole('button', { name: 'Aanpassen' }).click();
  await om.page.getByRole('button', { name: 'Actie toevoegen' }).click();
  await expectKind(vt.page, 'revising');
  await expectKind(om.page, 'agreeing an action');
  await vt.page.getByRole('button', { name: 'Annuleren' }).click();
  await om.page.getByRole('textbox', { name: 'Wat', exact: true }).press('Escape');

  await vt.listen();
  await vt.page.keyboard.press('?');
  await expect(vt.page.getByRole('dialog', { name: 'Toetsen' })).toBeVisible();
  await expectAccessible(vt.page, 'the sheet of keys');
  await vt.page.keyboard.press('Escape');

  await vt.page.keyboard.press('t');
  await expect(om.pause).toBeVisible();
  await expectKind(vt.page, 'a pause, to VT');
  await expectKind(om.page, 'a pause, to the chair');
  await vt.page.getByRole('button', { name: 'VT kan verder' }).click();
  await expect(om.pause).toHaveCount(0);

  await om.line.cut();
  await expect(om.page.getByText('Geen verbinding')).toBeVisible();
  await expectKind(om.page, 'a lost connection');
  om.line.restore();
  await expect(om.page.getByText('Geen verbinding')).toHaveCount(0);

  await om.moveTo('Accorderen');
  await expect(vt.matrix).toBeVisible();
  await expectKind(vt.page, 'the closing matrix');
  const cell = vt.cell('Twee eerdere', 'OM');
  await cell.focus();
  await cell.press('d');
  await expect(vt.page.getByRole('dialog', { name: 'Vrijgeven aan OM?' })).toBeVisible();
  await expectKind(vt.page, 'the details of a cell');
  await vt.page.keyboard.press('Escape');
  await vt.page.getByRole('button', { name: 'Alleen wat gevraagd is' }).click();
  await expect(vt.page.getByRole('dialog', { name: 'In één keer beslissen' })).toBeVisible();
  await expectKind(vt.page, 'deciding many cells at once');
  await vt.page.keyboard.press('Escape');
  await om.page.getByRole('button', { name: 'Overleg sluiten' }).click();
  await expect(om.page.getByRole('dialog', { name: 'Overleg sluiten?' })).toBeVisible();
  await expectKind(om.page, 'before closing');
  await om.page.getByRole('button', { name: 'Sluiten, vrijgeven en de rest vernietigen' }).click();
  await expect(vt.page.getByRole('heading', { name: 'Het overleg is gesloten' })).toBeVisible();
  await expectKind(vt.page, 'closed');
  expect([...om.faults, ...vt.faults].filter((fault) => !/WebSocket/.test(fault))).toEqual([]);
});

test('the language and the looks change without the page being loaded again', async ({ page }) => {
  const faults = watch(page);
  await page.goto(at('om'));
  await expect(page.getByRole('heading', { level: 1, name: 'Mijn overleggen' })).toBeVisible();
  await awake(page);
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.getByText('Instellingen').click();
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { level: 1, name: 'Mijn overleggen' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('link', { name: 'Nederlands' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mijn overleggen' })).toBeVisible();
  expect(loads).toBe(0);
  expect(faults).toEqual([]);
});

/** A clock that ticks is the first thing a person sees of a page that is awake. */
async function awake(page: Page): Promise<void> {
  const clock = page.getByRole('timer').first();
  const before = await clock.innerText();
  await expect(clock).not.toHaveText(before, { useInnerText: true });
}

test('with the keyboard alone: from signing in to a contribution shared', async ({ browser }) => {
  const om = await Seat.open(browser, 'om');
  const vt = await Seat.open(browser, 'vt');
  const path = await om.convene('26-7402', 'vader (44)');
  await om.enter(path);

  await test.step('signing in asks for a name and a password, in that order, and says so when they are wrong', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(demo);
    await expect(page.getByLabel('Gebruikersnaam')).toBeFocused();
    await page.keyboard.type('om');
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Wachtwoord')).toBeFocused();
    await page.keyboard.type('niet het wachtwoord');
    await page.keyboard.press('Enter');
    await expect(page.getByText('De gebruikersnaam of het wachtwoord klopt niet.')).toBeVisible();
    await page.context().close();
  });

  const { page } = vt;
  await vt.go();
  await awake(page);
  const tabTo = async (name: RegExp | string, role: 'link' | 'button') => {
    const target = page.getByRole(role, { name }).first();
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        return;
      }
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  };
  await tabTo('26-7402', 'link');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Ik houd mij aan de spelregels' })).toBeFocused();
  await page.keyboard.press('Enter');
  await vt.present();
  await page.keyboard.press('n');
  await expect(vt.words).toBeFocused();
  await page.keyboard.type('Wij kennen dit gezin niet.');
  await page.keyboard.press('Control+Enter');
  await expect(om.card('Wij kennen dit gezin niet.')).toBeVisible();
  // The hands stay where they were: the next contribution can follow.
  await expect(vt.words).toBeFocused();
  await expect(vt.words).toHaveValue('');
});
