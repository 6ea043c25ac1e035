// The same table through the eyes of four parties, as those hear it who listen to it. What differs between these
// pictures is exactly what differs in their rights.

import { expect, test } from '@playwright/test';
import { Seat, type SeatName } from '../support/seats.ts';

test('one table, four pictures of it', async ({ browser }) => {
  test.setTimeout(120_000);
  const names: SeatName[] = ['om', 'vt', 'politie', 'gemeente'];
  const [om, vt, politie, gemeente] = (await Promise.all(names.map((name) => Seat.open(browser, name)))) as [Seat, Seat, Seat, Seat];
  const path = await om.convene('26-7601', 'moeder (35)', ['Gemeente Voorbeeldstad']);
  for (const seat of [om, vt, politie, gemeente]) {
    await seat.enter(path);
  }
  await politie.share('Melding van een omwonende, rond middernacht.');
  await politie.share('De omwonende is bang en wil onbekend blijven.', { kind: 'verklaring: door iemand gezegd', only: ['VT'] });
  await politie.share('Het risico is hoog.', { kind: 'inschatting: professioneel oordeel', also: ['gemeente'] });
  await vt.share('Dit gezin is bij ons bekend.');
  await expect(politie.card('Dit gezin is bij ons bekend.')).toBeVisible();
  await om.request('Dit gezin is bij ons bekend.', 'opsporing, vervolging en afdoening (art. 124 Wet RO)', 'Voor het besluit.');
  await expect(vt.card('Dit gezin is bij ons bekend.')).toContainText('OM vraagt vrijgave');
  for (const seat of [om, vt, politie, gemeente]) {
    await expect(seat.page.getByRole('region', { name: 'Gedeeld beeld' }).first()).toMatchAriaSnapshot({ name: `picture-${seat.name}.aria.yml` });
  }
});
