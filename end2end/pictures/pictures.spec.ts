// The pictures in docs/, taken from the demonstration as it opens. They show what is there; they prove nothing.

import { resolve } from 'node:path';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { Seat, type SeatName } from '../support/seats.ts';

const folder = resolve(import.meta.dirname, '..', '..', 'docs', 'pictures');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const CASE = '26-0417';

test.describe.configure({ mode: 'serial' });

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: resolve(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** At the table of the case everybody looks at. */
async function seated(browser: Browser, name: SeatName, look: object = {}): Promise<Seat> {
  const seat = await Seat.open(browser, name, { viewport: WIDE, ...look });
  await seat.go();
  await seat.page.getByRole('link', { name: CASE }).click();
  const accept = seat.page.getByRole('button', { name: 'Ik houd mij aan de spelregels' });
  const table = seat.page.getByRole('region', { name: 'Aan tafel' }).getByText('aanwezig').first();
  await expect(accept.or(table)).toBeVisible();
  if (await accept.isVisible()) {
    await seat.enter(new URL(seat.page.url()).pathname);
  }
  await seat.present();
  return seat;
}

test('the board', async ({ browser }) => {
  const om = await Seat.open(browser, 'om', { viewport: WIDE });
  await om.go();
  await expect(om.page.getByRole('link', { name: CASE })).toBeVisible();
  await take(om.page, 'board');
});

test('the table, in light, in dark and on a telephone', async ({ browser }) => {
  const company = [await seated(browser, 'om'), await seated(browser, 'politie'), await seated(browser, 'rvdk')];
  for (const [name, look] of [
    ['table-light', { colorScheme: 'light' }],
    ['table-dark', { colorScheme: 'dark' }],
    ['table-narrow', { viewport: NARROW, hasTouch: true }],
  ] as const) {
    const vt = await seated(browser, 'vt', look);
    await take(vt.page, name);
    await vt.context.close();
  }
  await Promise.all(company.map((seat) => seat.context.close()));
});

test('four seats at one table', async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: WIDE, locale: 'nl-NL' })).newPage();
  await page.goto('/demo');
  for (const frame of await page.locator('iframe').all()) {
    await frame.contentFrame().getByRole('link', { name: CASE }).click();
    const accept = frame.contentFrame().getByRole('button', { name: 'Ik houd mij aan de spelregels' });
    const table = frame.contentFrame().getByRole('region', { name: 'Aan tafel' }).getByText('aanwezig').first();
    await expect(accept.or(table)).toBeVisible();
    if (await accept.isVisible()) {
      await accept.press('Enter');
    }
    await expect(table).toBeVisible();
    await frame.contentFrame().getByRole('heading', { name: 'Gedeeld beeld' }).evaluate((it) => it.scrollIntoView());
  }
  await page.evaluate(() => scrollTo(0, 0));
  await take(page, 'four-seats');
});

// Last: it moves the case of the demonstration on.
test('the closing round', async ({ browser }) => {
  const om = await seated(browser, 'om');
  const vt = await seated(browser, 'vt');
  await om.moveTo('Accorderen');
  await expect(vt.matrix).toBeVisible();
  for (const [words, recipient, key, becomes] of [
    ['Twee eerdere meldingen', 'RvdK', 'j', 'akkoord'],
    ['Twee eerdere meldingen', 'politie', 'j', 'akkoord'],
    ['Vermoeden van controle', 'SHN', 'x', 'geweigerd'],
    ['Vermoeden van controle', 'politie', 'j', 'akkoord'],
  ] as const) {
    await vt.decide(words, recipient, key, becomes);
  }
  await vt.matrix.evaluate((it) => it.scrollIntoView());
  await take(vt.page, 'closing');
});
