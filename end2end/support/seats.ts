// One person in one seat of the demonstration: a browser context of its own, and what a person does at the table.
// Everything is found by its role and its words on the screen, as the person would.

import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { Line } from './line.ts';

/** The seats of the demonstration that have a name of their own. */
export const SEATS = ['om', 'politie', 'reclassering', 'rvdk', 'shn', 'vt', 'gemeente'] as const;
export type SeatName = (typeof SEATS)[number];

/** As the table calls the party of a seat. */
export const PARTY: Record<SeatName, string> = {
  om: 'OM',
  politie: 'politie',
  reclassering: '3RO',
  rvdk: 'RvdK',
  shn: 'SHN',
  vt: 'VT',
  gemeente: 'gemeente',
};

/** The person who has the seat. */
export const PERSON: Record<SeatName, string> = {
  om: 'Marijke de Wit',
  politie: 'Kees Jansen',
  reclassering: 'Tim van Dijk',
  rvdk: 'Lotte Smit',
  shn: 'Nadia Visser',
  vt: 'Anna Bakker',
  gemeente: 'Petra Meijer',
};

const port = process.env.AKKOORD_TEST_PORT ?? '3137';

/** Where a seat's pages are. */
export function at(seat: SeatName, path = '/overleggen'): string {
  return `http://${seat}.demo.localhost:${port}${path}`;
}

/** Text in a pattern, taken literally. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What somebody chooses besides the words. */
export interface Choices {
  /** As the list shows it. */
  kind?: string;
  /** Only these parties see it. */
  only?: string[];
  /** The whole table and these restricted seats. */
  also?: string[];
}

export class Seat {
  private constructor(
    readonly name: SeatName,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly line: Line,
    /** Errors the browser met: scripts, the content policy, anything in its console. */
    readonly faults: string[],
  ) {}

  /** Opens a browser of its own for this seat. */
  static async open(browser: Browser, name: SeatName, options: Parameters<Browser['newContext']>[0] = {}): Promise<Seat> {
    const context = await browser.newContext({ locale: 'nl-NL', timezoneId: 'Europe/Amsterdam', ...options });
    const page = await context.newPage();
    const faults = watch(page);
    const line = await Line.of(page);
    return new Seat(name, context, page, line, faults);
  }

  get party(): string {
    return PARTY[this.name];
  }

  async go(path = '/overleggen'): Promise<void> {
    await this.page.goto(at(this.name, path));
  }

  // ---- convening and entering

  /** Convenes a ZSM session through the form; returns its path. */
  async convene(reference: string, subject: string, also: string[] = []): Promise<string> {
    await this.go('/overleggen/nieuw');
    const field = this.page.getByLabel('Zaaknummer');
    await expect(field).toBeFocused();
    await field.fill(reference);
    await this.page.getByLabel('Naam of aanduiding').fill(subject);
    for (const party of also) {
      await this.page.getByRole('checkbox', { name: party }).check();
    }
    await this.page.getByRole('button', { name: 'Bijeenroepen' }).click();
    await this.page.waitForURL(/\/overleg\/[0-9a-f-]{36}$/);
    return new URL(this.page.url()).pathname;
  }

  /** Comes in, reads the ground rules and accepts them. */
  async enter(path: string): Promise<void> {
    const accept = this.page.getByRole('button', { name: 'Ik houd mij aan de spelregels' });
    if (new URL(this.page.url(), 'http://x').pathname === path) {
      await expect(accept).toBeVisible();
    } else {
      await this.go(path);
      // The page puts the focus on it as soon as it is awake.
      await expect(accept).toBeFocused();
    }
    await expect(this.page.getByRole('heading', { name: 'De spelregels van deze tafel' })).toBeVisible();
    await accept.press('Enter');
    await this.present();
  }

  /** Waits until this person is at the table, and connected. */
  async present(): Promise<void> {
    await expect(this.page.getByRole('region', { name: 'Aan tafel' }).getByText('aanwezig').first()).toBeVisible();
    await expect(this.composer).toBeVisible();
  }

  // ---- contributions

  get composer(): Locator {
    return this.page.getByRole('group', { name: 'Inbreng', exact: true });
  }

  get words(): Locator {
    return this.composer.getByRole('textbox', { name: 'Uw inbreng' });
  }

  /** The cards that hold these words. */
  card(words: string): Locator {
    return this.page.getByRole('article').filter({ hasText: words });
  }

  /** Types, chooses, and shares with one chord. Returns when the table has it. */
  async share(text: string, choices: Choices = {}): Promise<void> {
    await this.choose(choices);
    await this.words.fill(text);
    await this.words.press('Control+Enter');
    await expect(this.card(text)).toHaveCount(1);
    await expect(this.words).toHaveValue('');
    await this.unchoose(choices);
  }

  private async choose({ kind, only = [], also = [] }: Choices): Promise<void> {
    if (kind) {
      await this.composer.getByLabel('Soort').selectOption({ label: kind });
    }
    await this.audience(only, also, true);
  }

  /** The next contribution is for the whole table again. */
  private async unchoose({ only = [], also = [] }: Choices): Promise<void> {
    await this.audience(only, also, false);
  }

  private async audience(only: string[], also: string[], narrow: boolean): Promise<void> {
    if (only.length + also.length === 0) {
      return;
    }
    const summary = this.composer.locator('summary', { hasText: 'Gehoor' });
    await summary.click();
    if (only.length > 0) {
      await this.composer.getByRole('checkbox', { name: 'De hele tafel' }).setChecked(!narrow);
    }
    for (const party of [...only, ...also]) {
      const box = this.composer.getByRole('checkbox', { name: new RegExp(`^${literally(party)}`) });
      // A full seat that the whole table already includes cannot be named besides.
      if (await box.isEnabled()) {
        await box.setChecked(narrow);
      }
    }
    await summary.click();
  }

  async revise(words: string, text: string): Promise<void> {
    const card = this.card(words);
    await card.getByRole('button', { name: 'Aanpassen' }).click();
    const field = this.page.getByRole('textbox', { name: 'Nieuwe tekst' });
    await field.fill(text);
    await field.press('Control+Enter');
    await expect(this.card(text)).toHaveCount(1);
  }

  async withdraw(words: string): Promise<void> {
    const card = this.card(words);
    await card.getByRole('button', { name: 'Intrekken' }).click();
    await card.locator('form').getByRole('button', { name: 'Intrekken' }).click();
    await expect(this.card(words)).toHaveCount(0);
  }

  /** Asks the owner for release, and says why. */
  async request(words: string, purpose: string, reason: string): Promise<void> {
    const card = this.card(words);
    await card.getByRole('button', { name: 'Vrijgave vragen' }).click();
    const form = card.locator('form');
    await form.getByLabel('Waarvoor').selectOption({ label: purpose });
    await form.getByLabel('Waarom').fill(reason);
    await form.getByRole('button', { name: 'Vrijgave vragen' }).click();
    await expect(card).toContainText('U vroeg vrijgave');
  }

  // ---- time

  /** Out of every text field, as somebody who has just listened. */
  async listen(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).click();
  }

  get pause(): Locator {
    return this.page.getByRole('alert').getByText('VT heeft meer tijd nodig');
  }

  get clock(): Locator {
    return this.page.getByRole('timer').first();
  }

  /** The digits of the decision clock, as they stand. */
  async digits(): Promise<string> {
    return (await this.clock.innerText()).match(/-?\d+:\d\d:\d\d/)?.[0] ?? '';
  }

  // ---- phases and the closing round

  phase(name: string): Locator {
    return this.page.getByRole('list', { name: 'Fasen' }).getByRole('listitem').filter({ hasText: name });
  }

  /** The chair moves the table on. */
  async moveTo(phase: string): Promise<void> {
    await this.phase(phase).getByRole('button').click();
    await expect(this.phase(phase)).toHaveAttribute('aria-current', 'step');
  }

  get matrix(): Locator {
    return this.page.getByRole('grid', { name: 'Accorderingsronde' });
  }

  /** The cell of one own contribution and one recipient, in whatever state. */
  cell(words: string, recipient: string): Locator {
    return this.matrix.getByRole('button', {
      name: new RegExp(`${literally(words)}.*, ${literally(recipient)}: (niet beslist|akkoord|geweigerd)`),
    });
  }

  async decide(words: string, recipient: string, key: 'j' | 'x' | 'o', becomes: string): Promise<void> {
    const cell = this.cell(words, recipient);
    await cell.focus();
    await cell.press(key);
    await expect(cell).toHaveAccessibleName(new RegExp(`, ${literally(recipient)}: ${becomes}`));
  }
}

/** Gathers what goes wrong in a page, for a test to look at when it is done. */
export function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      faults.push(`${page.url()}: ${message.text()}`);
    }
  });
  return faults;
}
