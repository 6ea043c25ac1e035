// What lies on the table, as each party's screen says it: its own audience and nothing else, in the order it was shared (R1, R2).

import { expect, test } from '@playwright/test';
import { Seat, type SeatName } from '../support/seats.ts';

const TEXT = {
  all: 'Deur vernield, buren belden om hulp.',
  narrow: 'De melder wil niet dat vader dit weet.',
  opened: 'Voor een huisverbod zijn drie namen bekend.',
} as const;

/** Which cards, by owner, kind and words; the times differ each day. */
const card = (owner: string, kind: string, text: string) => `
    - article /${owner}, ${kind}/:
      - paragraph: ${text}`;

const SEES: Partial<Record<SeatName, string>> = {
  om: card('politie', 'feit', TEXT.all) + card('politie', 'vermoeden', TEXT.narrow) + card('VT', 'feit', TEXT.opened),
  shn: card('politie', 'feit', TEXT.all) + card('VT', 'feit', TEXT.opened),
  gemeente: card('VT', 'feit', TEXT.opened),
};

test('each party sees the cards of its audience, with their owner, and no gap for the others', async ({ browser }) => {
  const names = ['om', 'politie', 'vt', 'shn', 'gemeente'] as const;
  const opened = await Promise.all(names.map(async (name) => [name, await Seat.open(browser, name)] as const));
  const seats = Object.fromEntries(opened) as Record<(typeof names)[number], Seat>;
  const path = await seats.om.convene('26-7601', 'vader (38)', ['Gemeente Voorbeeldstad']);
  await Promise.all(names.map((name) => seats[name].enter(path)));
  await seats.politie.share(TEXT.all);
  await seats.politie.share(TEXT.narrow, { kind: 'vermoeden', only: ['OM'] });
  await seats.vt.share(TEXT.opened, { also: ['gemeente'] });
  for (const [name, cards] of Object.entries(SEES)) {
    const lies = seats[name as keyof typeof seats].page.getByRole('group', { name: 'Wat er ligt' });
    await expect(lies, name).toMatchAriaSnapshot(`
  - group "Wat er ligt":
    - /children: equal${cards}
`);
  }
  expect(opened.flatMap(([, seat]) => seat.faults)).toEqual([]);
});
