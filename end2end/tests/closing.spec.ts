// The closing round as its owner meets it: why something was asked, on what ground for which purpose, a part instead of the
// whole, a step that is taken back, and a last call that hurries nobody.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/kind.ts';
import { Seat } from '../support/seats.ts';

const FIRST = 'Bosuilroep gehoord. Moeder is zwanger en wil hulp van de gemeente.';
const SECOND = 'Waterhoen: de kinderen slapen deze week bij oma.';
const REASON = 'Voor de melding van vannacht.';
const TASK = 'handhaving van de rechtsorde en hulp (art. 3 Politiewet 2012)';

/** One task of the municipality gets a ground of its own; everything else rests on what it rested on. */
function groundsByPurpose(): void {
  const root = resolve(import.meta.dirname, '..', '..');
  const program = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'akkoord');
  const data = process.env.AKKOORD_TEST_DATA ?? '';
  const standard = execFileSync(program, ['grounds'], { encoding: 'utf8', env: { ...process.env, AKKOORD_DATA: undefined } });
  const own = `[[ground]]
giver = "child_protection"
receiver = "municipality"
purpose = "gemeente_huisverbod"
article = "art. 2 Wth (uitleg betwist)"
status = "contested"
`;
  const file = join(data, 'grounds-by-purpose.toml');
  writeFileSync(file, `${own}\n${standard}`);
  execFileSync(program, ['grounds', file], { env: { ...process.env, AKKOORD_DATA: data } });
}

test('an owner decides: reason, ground, part, a step back, and a last call', async ({ browser }) => {
  test.setTimeout(240_000);
  groundsByPurpose();
  const om = await Seat.open(browser, 'om');
  const rvdk = await Seat.open(browser, 'rvdk');
  const politie = await Seat.open(browser, 'politie');
  const vt = await Seat.open(browser, 'vt');
  const path = await om.convene('26-7601', 'vader (38)', ['Gemeente Voorbeeldstad']);
  for (const seat of [om, rvdk, politie, vt]) {
    await seat.enter(path);
  }
  await rvdk.share(FIRST);
  await rvdk.share(SECOND);
  await politie.request(FIRST, TASK, REASON);
  await om.moveTo('Accorderen');
  await expect(rvdk.matrix).toBeVisible();

  await test.step('why it was asked stands in the cell, and is heard', async () => {
    const cell = rvdk.cell('Bosuilroep', 'politie');
    await expect(cell.getByText(REASON)).toBeVisible();
    await expect(cell).toHaveAccessibleName(new RegExp(`${REASON}`));
    await expect(rvdk.cell('Waterhoen', 'politie').getByText(REASON)).toHaveCount(0);
  });

  await test.step('a ground that is contested for this purpose asks for its sentence, and says so before', async () => {
    const cell = rvdk.cell('Bosuilroep', 'gemeente');
    await expect(cell).toHaveAccessibleName(/grondslag omstreden/);
    await expect(rvdk.cell('Bosuilroep', 'politie')).not.toHaveAccessibleName(/grondslag omstreden/);
    await cell.focus();
    await cell.press('j');
    const detail = rvdk.page.getByRole('dialog', { name: 'Vrijgeven aan gemeente?' });
    await expect(detail).toContainText('De grondslag is omstreden: art. 2 Wth (uitleg betwist)');
    await expect(detail).toContainText('gezondheid: een bijzonder persoonsgegeven (art. 9 AVG)');
    await expectAccessible(rvdk.page, 'a cell in detail');
    await detail.getByRole('button', { name: 'Akkoord', exact: true }).click();
    await expect(detail.getByText('Vul in waarvoor')).toBeVisible();
    await detail.getByLabel('De grondslag is omstreden').fill('Nodig om het verbod te motiveren.');
    await detail.getByRole('button', { name: 'Akkoord', exact: true }).click();
    await expect(cell).toHaveAccessibleName(/gemeente: akkoord/);
  });

  await test.step('words that are selected by keyboard become the part that leaves', async () => {
    const cell = rvdk.cell('Bosuilroep', 'OM');
    await cell.focus();
    await cell.press('d');
    const detail = rvdk.page.getByRole('dialog', { name: 'Vrijgeven aan OM?' });
    // There is no ground between these two: the sentence that is asked comes first.
    const why = detail.getByLabel('Er is geen grondslag. Waarom geeft u dit toch vrij?');
    await expect(why).toBeFocused();
    await why.fill('Nodig om de zaak te beoordelen.');
    await expect(detail).toContainText('art. 9 AVG');
    const whole = detail.getByLabel('Uw inbreng');
    await whole.press('Control+Home');
    for (let letter = 0; letter < 'Bosuilroep gehoord.'.length; letter += 1) {
      await whole.press('Shift+ArrowRight');
    }
    await detail.getByRole('button', { name: 'Overnemen als fragment' }).press('Enter');
    const part = detail.getByLabel('In plaats van het geheel');
    await expect(part).toHaveValue('Bosuilroep gehoord.');
    await expect(part).toBeFocused();
    await expect(detail).not.toContainText('art. 9 AVG');
    await detail.getByRole('button', { name: 'Akkoord', exact: true }).click();
    await expect(cell).toHaveAccessibleName(/OM: akkoord/);
  });

  await test.step('what was decided at once is taken back at once, and nothing else', async () => {
    await rvdk.page.keyboard.press('r');
    const bulk = rvdk.page.getByRole('dialog', { name: 'In één keer beslissen' });
    await expect(bulk).toContainText('politie 1 inbreng');
    await expect(bulk).toContainText('(art. 9 AVG): 1');
    await expectAccessible(rvdk.page, 'many cells at once');
    await bulk.getByLabel('Voor een deel is de grondslag omstreden of is er geen.').fill('Gevraagd voor de melding van vannacht.');
    await bulk.getByRole('button', { name: 'Bevestigen' }).click();
    await expect(rvdk.page.getByText('Alles is beslist.')).toBeVisible();
    await expect(rvdk.cell('Bosuilroep', 'politie')).toHaveAccessibleName(/politie: akkoord/);
    await rvdk.page.getByRole('button', { name: 'Ongedaan maken' }).click();
    await expect(rvdk.page.getByText('Nog 10 te beslissen.')).toBeVisible();
    await expect(rvdk.cell('Bosuilroep', 'politie')).toHaveAccessibleName(/politie: niet beslist/);
    await expect(rvdk.matrix.getByRole('button', { name: /: akkoord/ })).toHaveCount(2);
    await expect(rvdk.page.getByRole('button', { name: 'Ongedaan maken' })).toHaveCount(0);
  });

  const banner = (seat: Seat) => seat.page.getByText('zei de voorzitter: het overleg gaat zo sluiten');
  const call = om.page.getByRole('button', { name: /^(Laatste oproep|Opnieuw oproepen)$/ });

  await test.step('a last call is seen by everybody, after a reload too, with what is still open', async () => {
    await expect(rvdk.page.getByRole('button', { name: 'Laatste oproep' })).toHaveCount(0);
    await call.click();
    for (const seat of [om, rvdk, politie, vt]) {
      await expect(banner(seat)).toBeVisible();
    }
    await expect(politie.page.getByText('U hebt niets meer te beslissen.')).toBeVisible();
    await rvdk.page.reload();
    await rvdk.present();
    await expect(banner(rvdk)).toBeVisible();
    await expect(rvdk.page.getByText('U hebt nog 10 cellen niet beslist.')).toBeVisible();
    await expectAccessible(rvdk.page, 'a last call');
    await rvdk.page.getByRole('button', { name: 'Naar wat nog open is' }).click();
    await expect(rvdk.matrix.locator('[data-decision="empty"]').first()).toBeFocused();
    // It decides nothing and forbids nothing.
    await rvdk.decide('Waterhoen', 'politie', 'x', 'geweigerd');
    await expect(rvdk.page.getByText('U hebt nog 9 cellen niet beslist.')).toBeVisible();
  });

  await test.step('it ends when VT needs more time, and the chair calls again afterwards', async () => {
    await vt.listen();
    await vt.page.keyboard.press('t');
    for (const seat of [om, rvdk]) {
      await expect(seat.pause).toBeVisible();
      await expect(banner(seat)).toHaveCount(0);
    }
    await expect(call).toHaveAttribute('aria-disabled', 'true');
    await vt.page.getByRole('button', { name: 'VT kan verder' }).click();
    await expect(om.pause).toHaveCount(0);
    await expect(banner(rvdk)).toHaveCount(0);
    await call.click();
    await expect(banner(rvdk)).toBeVisible();
  });

  await test.step('the chair reads what goes where, and what for; of the others only how far they are', async () => {
    await om.page.getByRole('button', { name: 'Overleg sluiten' }).click();
    const summary = om.page.getByRole('dialog', { name: 'Overleg sluiten?' });
    await expect(summary).toContainText('RvdK: nog niet klaar; 9 niet beslist');
    await expect(summary).toContainText('U deed om');
    await expect(summary).not.toContainText(/Bosuil|Waterhoen/);
    await expectAccessible(om.page, 'before closing');
  });

  expect([om, rvdk, politie, vt].flatMap((seat) => seat.faults).filter((fault) => !/WebSocket/.test(fault))).toEqual([]);
});
