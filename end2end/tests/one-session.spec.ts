// One whole session, by seven parties in seven browsers: from the form that convenes it to the dossier of each of them.
// What was approved arrives; of everything else no word is left, on any page and on the disk.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { found, guises } from '../support/disk.ts';
import { PERSON, Seat, SEATS, at, type SeatName } from '../support/seats.ts';

const REFERENCE = '26-7301';

// Each text holds a word that stands nowhere else, so that it can be found wherever it is.
const TEXT = {
  report: 'Kwartelkoning gezien: deur vernield, buren belden om hulp.',
  narrow: 'Merelnest gemeld: de melder wil niet dat vader dit weet.',
  risk: 'Roerdompkreet: risicotaxatie huisverbod hoog, met drie namen.',
  excerpt: 'IJsvogelblauw: risicotaxatie huisverbod hoog.',
  earlier: 'Wielewaalzang: drie eerdere meldingen.',
  corrected: 'Gruttopoel: twee eerdere meldingen, de derde ging over buren.',
  withdrawn: 'Scholeksterpaar: dit hoort hier niet.',
  judgement: 'Tureluurroep: nu geen reden voor een maatregel.',
  victim: 'Boomvalkvlucht: moeder wil dat hij vannacht niet thuiskomt.',
  advice: 'Lepelaarsnest: niet heenzenden zonder voorwaarden.',
  sequel: 'Ooievaarsbek: een meldplicht kan vandaag ingaan.',
  town: 'Koekoekszang: de crisisdienst kan binnen twee uur komen.',
  draft: 'Nachtegaalslag: dit weet ik nog niet zeker',
} as const;

/** The word of a text that stands nowhere else. */
const canary = (text: string) => text.split(/[: ]/)[0] ?? text;

/** Who may keep what, and nothing else. */
const RELEASED: Record<SeatName, string[]> = {
  om: [TEXT.report, TEXT.corrected],
  politie: [TEXT.corrected],
  vt: [TEXT.victim],
  gemeente: [TEXT.excerpt],
  reclassering: [],
  rvdk: [],
  shn: [],
};

const MEASURE = 'Zonder dit stuk kan het bevel niet worden gemotiveerd.';

test('a whole session: only what its owner approved is kept, and only by whom it was approved for', async ({ browser }) => {
  test.setTimeout(600_000);
  const seats = Object.fromEntries(
    await Promise.all(SEATS.map(async (name) => [name, await Seat.open(browser, name)] as const)),
  ) as Record<SeatName, Seat>;
  const { om, politie, reclassering, rvdk, shn, vt, gemeente } = seats;
  const all = SEATS.map((name) => seats[name]);
  const full = all.filter((seat) => seat !== gemeente);
  const others = (seat: Seat) => all.filter((other) => other !== seat);
  const each = (who: Seat[], what: (seat: Seat) => Promise<unknown>) => Promise.all(who.map(what));
  let path = '';

  const vtTakesTime = async (phase: string) => {
    await test.step(`VT asks for time with one key: ${phase}`, async () => {
      await vt.listen();
      await vt.page.keyboard.press('t');
      await each(all, (seat) => expect(seat.pause).toBeVisible());
      await each(all, (seat) => expect(seat.clock).toContainText('staat stil'));
      await each(others(vt), (seat) =>
        expect(seat.page.getByRole('button', { name: 'VT kan verder' })).toHaveCount(0),
      );
    });
  };
  const vtGoesOn = async () => {
    await vt.page.getByRole('button', { name: 'VT kan verder' }).click();
    await each(all, (seat) => expect(seat.pause).toHaveCount(0));
    await each(all, (seat) => expect(seat.clock).not.toContainText('staat stil'));
  };

  await test.step('the OM convenes it; everybody accepts the ground rules', async () => {
    path = await om.convene(REFERENCE, 'vader (41)', ['Gemeente Voorbeeldstad']);
    await each(all, (seat) => seat.enter(path));
    for (const seat of all) {
      const roster = seat.page.getByRole('region', { name: 'Aan tafel' });
      // A restricted seat sees itself and who leads; not who else there is, nor how many.
      await expect(roster.getByText('aanwezig')).toHaveCount(seat === gemeente ? 2 : all.length);
      await expect(roster.getByText(PERSON.shn)).toHaveCount(seat === gemeente ? 0 : 1);
    }
  });

  await vtTakesTime('opening');

  await test.step('the clock stands still, while that of another case goes on', async () => {
    const stood = await om.digits();
    expect(stood).toMatch(/\d/);
    const board = await om.context.newPage();
    await board.goto(at('om'));
    const row = board.getByRole('listitem').filter({ has: board.getByRole('link', { name: '26-0417' }) });
    const running = row.getByRole('timer');
    const before = await running.innerText();
    await expect(running).not.toHaveText(before, { useInnerText: true });
    await board.close();
    expect(await om.digits()).toBe(stood);
    expect(await shn.digits()).toBe(stood);
  });
  await vtGoesOn();

  await om.moveTo('Beeld');
  await each(all, (seat) => expect(seat.phase('Beeld')).toHaveAttribute('aria-current', 'step'));

  await test.step('what is shared is seen at once, by its audience alone', async () => {
    await politie.share(TEXT.report);
    await each(others(politie).filter((seat) => seat !== gemeente), (seat) => expect(seat.card(TEXT.report)).toBeVisible());
    await politie.share(TEXT.narrow, { only: ['OM', 'VT'] });
    await politie.share(TEXT.risk, { kind: 'inschatting', also: ['gemeente'] });
    await each(all, (seat) => expect(seat.card(TEXT.risk)).toBeVisible());
    await each([om, vt], (seat) => expect(seat.card(TEXT.narrow)).toBeVisible());
    // The later one is there: the narrow one is not on its way any more.
    await each([reclassering, rvdk, shn, gemeente], (seat) => expect(seat.card(TEXT.narrow)).toHaveCount(0));
    await expect(gemeente.page.getByRole('article')).toHaveCount(1);
    await gemeente.share(TEXT.town);
    await each(full, (seat) => expect(seat.card(TEXT.town)).toBeVisible());
  });

  await test.step('a revision is marked; of what is withdrawn no word is left', async () => {
    await vt.share(TEXT.earlier);
    await vt.share(TEXT.withdrawn);
    await each(full, (seat) => expect(seat.card(TEXT.withdrawn)).toBeVisible());
    await vt.revise(TEXT.earlier, TEXT.corrected);
    await vt.withdraw(TEXT.withdrawn);
    for (const seat of full) {
      await expect(seat.card(TEXT.corrected)).toContainText('aangepast, versie 2');
      // Its owner keeps a mark; the others read that something was taken back, and no more (R16).
      await expect(seat.card('ingetrokken om')).toHaveCount(seat === vt ? 1 : 0);
      await expect(seat.page.getByText(/Veilig Thuis trok om .* een stuk terug/)).toHaveCount(seat === vt ? 0 : 1);
      await expect(seat.page.getByText(canary(TEXT.earlier))).toHaveCount(0);
      await expect(seat.page.getByText(canary(TEXT.withdrawn))).toHaveCount(0);
    }
  });

  await vtTakesTime('picture');
  await vtGoesOn();
  await om.moveTo('Oordeel');

  await test.step('a lost connection: what was shared meanwhile arrives exactly once, the draft stays', async () => {
    await shn.line.cut();
    const lost = shn.page.getByText('Geen verbinding');
    await expect(lost).toBeVisible();
    await shn.words.fill(TEXT.victim);
    await shn.words.press('Control+Enter');
    await expect(shn.page.getByText('wacht op verbinding')).toBeVisible();
    await shn.words.fill(TEXT.draft);
    // Others go on meanwhile, and do not have it.
    await rvdk.share(TEXT.judgement, { kind: 'inschatting' });
    await each([om, vt], (seat) => expect(seat.card(TEXT.judgement)).toBeVisible());
    await each([om, vt], (seat) => expect(seat.card(TEXT.victim)).toHaveCount(0));
    await expect(shn.card(TEXT.report)).toBeVisible();
    shn.line.restore();
    await expect(lost).toHaveCount(0);
    await each(full, (seat) => expect(seat.card(TEXT.victim)).toHaveCount(1));
    await each(full, (seat) => expect(seat.card(TEXT.judgement)).toHaveCount(1));
    await expect(shn.page.getByText('wacht op verbinding')).toHaveCount(0);
    await expect(shn.words).toHaveValue(TEXT.draft);
  });

  await test.step('an acknowledgement that was lost: said again, there once', async () => {
    reclassering.line.deafen();
    await reclassering.words.fill(TEXT.advice);
    await reclassering.words.press('Control+Enter');
    await each([om, vt, politie], (seat) => expect(seat.card(TEXT.advice)).toHaveCount(1));
    await expect(reclassering.page.getByText(/wordt gedeeld|wacht op verbinding/)).toBeVisible();
    await reclassering.line.cut();
    reclassering.line.restore();
    await expect(reclassering.card(TEXT.advice)).toHaveCount(1);
    await expect(reclassering.page.getByText(/wordt gedeeld|wacht op verbinding/)).toHaveCount(0);
    await reclassering.share(TEXT.sequel);
    await each(full, (seat) => expect(seat.card(TEXT.sequel)).toHaveCount(1));
    await each(full, (seat) => expect(seat.card(TEXT.advice)).toHaveCount(1));
  });

  await test.step('requests, with a reason, for the owner alone to read', async () => {
    await om.request(TEXT.corrected, 'opsporing, vervolging en afdoening (art. 124 Wet RO)', MEASURE);
    await gemeente.request(TEXT.risk, 'tijdelijk huisverbod (art. 2 Wth)', 'Om het besluit te motiveren.');
    await expect(vt.card(TEXT.corrected)).toContainText('OM vraagt vrijgave');
    await expect(vt.card(TEXT.corrected)).toContainText(MEASURE);
    await expect(politie.card(TEXT.risk)).toContainText('gemeente vraagt vrijgave');
    await each([politie, rvdk, shn], (seat) => expect(seat.page.getByText(MEASURE)).toHaveCount(0));
  });

  await vtTakesTime('judgement');
  await test.step('while it stands, the chair cannot begin the closing round', async () => {
    await expect(om.phase('Accorderen').getByRole('button')).toHaveAttribute('aria-disabled', 'true');
    await om.phase('Accorderen').getByRole('button').press('Enter');
    await expect(om.phase('Oordeel')).toHaveAttribute('aria-current', 'step');
  });
  await vtGoesOn();
  await om.moveTo('Besluit');
  await vtTakesTime('decision');
  await vtGoesOn();

  await test.step('the closing round: everything is empty at first', async () => {
    await om.moveTo('Accorderen');
    await each([politie, vt, shn, rvdk, reclassering], async (seat) => {
      await expect(seat.matrix).toBeVisible();
      await expect(seat.matrix.getByRole('button', { name: /: akkoord|: geweigerd/ })).toHaveCount(0);
    });
    await expect(vt.cell(canary(TEXT.corrected), 'OM')).toHaveAccessibleName(/OM vraagt vrijgave/);
  });

  await vtTakesTime('closing round');
  await test.step('while it stands, the chair cannot close', async () => {
    const close = om.page.getByRole('button', { name: 'Overleg sluiten' });
    await expect(close).toHaveAttribute('aria-disabled', 'true');
    await close.press('Enter');
    await expect(om.page.getByRole('dialog', { name: 'Overleg sluiten?' })).toHaveCount(0);
  });
  await vtGoesOn();

  await test.step('owners approve, refuse, give an excerpt, or leave undecided', async () => {
    await politie.decide(canary(TEXT.report), 'OM', 'j', 'akkoord');
    await politie.decide(canary(TEXT.report), 'RvdK', 'x', 'geweigerd');
    // An approval that is taken back leaves nothing.
    await politie.decide(canary(TEXT.report), 'VT', 'j', 'akkoord');
    await politie.decide(canary(TEXT.report), 'VT', 'o', 'niet beslist');

    const cell = politie.cell(canary(TEXT.risk), 'gemeente');
    await cell.focus();
    await cell.press('d');
    const detail = politie.page.getByRole('dialog', { name: 'Vrijgeven aan gemeente?' });
    await detail.getByLabel('In plaats van het geheel').fill(TEXT.excerpt);
    await detail.getByLabel('Voorwaarde').fill('Niet met vader delen zonder overleg.');
    await detail.getByRole('button', { name: 'Akkoord', exact: true }).click();
    await expect(cell).toHaveAccessibleName(/gemeente: akkoord/);

    await vt.decide(canary(TEXT.corrected), 'politie', 'j', 'akkoord');
    // The ground of VT towards the OM is contested: one sentence is asked.
    const contested = vt.cell(canary(TEXT.corrected), 'OM');
    await contested.focus();
    await contested.press('j');
    const why = vt.page.getByRole('dialog', { name: 'Vrijgeven aan OM?' });
    await why.getByLabel('De grondslag is omstreden').fill('Nodig voor een gedragsaanwijzing.');
    await why.getByRole('button', { name: 'Akkoord', exact: true }).click();
    await expect(contested).toHaveAccessibleName(/OM: akkoord/);

    await shn.decide(canary(TEXT.victim), 'VT', 'j', 'akkoord');
    await reclassering.decide(canary(TEXT.advice), 'OM', 'x', 'geweigerd');
    await shn.page.getByRole('button', { name: 'Wij zijn klaar' }).click();
    await expect(om.page.getByRole('region', { name: 'Aan tafel' }).getByText('klaar met accorderen')).toHaveCount(1);
  });

  await test.step('the chair reads what closing does, and closes', async () => {
    await om.page.getByRole('button', { name: 'Overleg sluiten' }).click();
    const summary = om.page.getByRole('dialog', { name: 'Overleg sluiten?' });
    await expect(summary).toContainText('SHN: klaar');
    await expect(summary).toContainText('Al het andere wordt vernietigd');
    await expect(summary).not.toContainText(/Kwartel|Grutto|Boomvalk/);
    await summary.getByRole('button', { name: 'Sluiten, vrijgeven en de rest vernietigen' }).click();
    await each(all, (seat) => expect(seat.page.getByRole('heading', { name: 'Het overleg is gesloten' })).toBeVisible());
  });

  await test.step('each dossier holds what was approved for it, word for word, and nothing else', async () => {
    await each(all, async (seat) => {
      await seat.go('/dossier');
      await expect(seat.page.getByRole('heading', { level: 1, name: 'Dossier' })).toBeVisible();
      const row = seat.page.getByRole('row').filter({ hasText: REFERENCE });
      const kept = row.getByRole('rowheader').getByRole('link');
      await expect(kept).toHaveCount(RELEASED[seat.name].length);
      const places = await kept.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      const texts: string[] = [];
      for (const place of places) {
        await seat.go(place);
        await expect(seat.page.getByRole('heading', { name: `Stuk uit zaak ${REFERENCE}` })).toBeVisible();
        texts.push(await seat.page.getByRole('article').locator('.card-text').innerText());
      }
      expect(texts.sort()).toEqual([...RELEASED[seat.name]].sort());
    });
  });

  await test.step('of everything else no word is on any page of anybody', async () => {
    await each(all, async (seat) => {
      const mine = RELEASED[seat.name].map(canary);
      const gone = Object.values(TEXT).map(canary).filter((word) => !mine.includes(word));
      await seat.go('/dossier');
      const items = await seat.page
        .getByRole('row')
        .filter({ hasText: REFERENCE })
        .getByRole('rowheader')
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      for (const place of ['/overleggen', path, `${path}/verantwoording`, '/dossier', '/register', ...items]) {
        await seat.go(place);
        const sent = await seat.page.evaluate(async (place) => await (await fetch(place)).text(), place);
        expect(sent).toContain('Akkoord');
        const shown = await seat.page.locator('html').innerHTML();
        const kept = await seat.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
        for (const word of gone) {
          expect(sent, `${word} in what ${seat.name} is sent at ${place}`).not.toContain(word);
          expect(shown, `${word} in what ${seat.name} sees at ${place}`).not.toContain(word);
          expect(kept, `${word} in what the browser of ${seat.name} keeps`).not.toContain(word);
        }
      }
    });
  });

  await test.step('and none is in any file the server wrote, in any guise', () => {
    const folder = process.env.AKKOORD_TEST_DATA ?? '';
    // What was released lies sealed, so that not even that can be read from the disk.
    expect(found(folder, Object.values(TEXT).map(canary))).toEqual([]);
    // The search reads the right files: what is no secret is found in them.
    expect(found(folder, [PERSON.om])).not.toEqual([]);
  });

  expect(all.flatMap((seat) => seat.faults).filter((fault) => !/WebSocket/.test(fault))).toEqual([]);
  await each(all, (seat) => seat.context.close());
});

test('the search of the disk finds a word in each guise it looks for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'akkoord-guises-'));
  try {
    const word = 'Kwartelkoning';
    const inside = Buffer.from('xx');
    for (const [number, [, bytes]] of guises(word).entries()) {
      writeFileSync(join(folder, `${number}`), Buffer.concat([inside, bytes, inside]));
    }
    for (const before of ['', 'a', 'ab']) {
      writeFileSync(join(folder, `base64-${before.length}`), Buffer.from(`${before}${word} en meer`).toString('base64'));
    }
    const hits = found(folder, [word]);
    for (const [guise] of guises(word)) {
      expect(hits.filter((hit) => hit.includes(` as ${guise} in `))).not.toEqual([]);
    }
    for (const number of [0, 1, 2]) {
      expect(hits.filter((hit) => hit.endsWith(`base64-${number}`))).not.toEqual([]);
    }
    expect(found(folder, ['Nachtegaalslag'])).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
