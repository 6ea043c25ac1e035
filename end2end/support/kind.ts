// Whether a page is kind to everybody: to those who listen, to those with a small screen, to those without a mouse.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The success criteria that are checked by machine. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Nothing that axe knows of stands in anybody's way here, in light or in dark. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
    const found = violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} — ${node.failureSummary ?? ''}`),
    );
    expect.soft(found, `${where}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** At 360 pixels nobody has to scroll sideways to read the page. */
export async function expectFits(page: Page, where: string): Promise<void> {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  await expect
    .soft(async () => {
      const over = await page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        const beyond = document.documentElement.scrollWidth - room;
        return beyond <= 0
          ? []
          : [...document.querySelectorAll('body *')]
              .filter((element) => element.getBoundingClientRect().right > room + 1)
              .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
              .slice(0, 8);
      });
      expect(over, where).toEqual([]);
    })
    .toPass({ timeout: 5_000 });
  if (size) {
    await page.setViewportSize(size);
  }
}
