import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { deadLetter, lettersOf } from '../../support/dead-letters.ts';
import { tracesOf, type OtlpTraces } from '../../support/otlp.ts';
import { openStudio } from '../support/studio-page.ts';

const traceOf = (name: string): OtlpTraces => tracesOf([{ trace: name, id: name, service: 'orders', name, kind: 'server', at: 0, for: 1 }]);

/**
 * What a browser does when another tab comes to the front or goes. The one that is driven here takes every page for one that is seen, so
 * that the page is told in its place; how many connections it opens to a host is still its own to decide.
 */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: isHidden ? 'hidden' : 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

const badge = (page: Page) => page.locator('.live');
const row = (page: Page, name: string) => page.locator('.trace-row').getByRole('link', { name, exact: true });

describe('tabs of one browser', () => {
  it('load and update though there are more of them than a browser opens connections', async function () {
    // Eight pages, each with all of its modules.
    this.timeout(120_000);
    await using studio = await openStudio();
    const { page: first } = studio;
    await studio.send(traceOf('early'));
    let last = first;
    for (let number = 1; number <= 8; number++) {
      if (number > 1) {
        await setHidden(last, true);
        last = await first.context().newPage();
      }
      await last.goto(studio.studio.url);
      await row(last, 'early').waitFor();
      await last.locator('.live', { hasText: 'Live' }).waitFor();
    }
    await studio.send(traceOf('later'));
    await row(last, 'later').waitFor();
    expect(await row(first, 'later').count()).to.equal(0);
    expect(await badge(first).innerText()).to.not.equal('Not connected');

    await setHidden(last, true);
    await setHidden(first, false);
    await row(first, 'later').waitFor();
    await first.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.send(traceOf('last'));
    await row(first, 'last').waitFor();
  });

  it('continue what they run while they are hidden', async () => {
    const { promise: report, resolve } = Promise.withResolvers<void>();
    const deadLetters = lettersOf([deadLetter()], {
      replay: async ({ dryRun }, { progress }) => {
        progress('1 read');
        await report;
        return { dryRun, ended: 'at the end', counts: {}, sent: [], problems: [], notes: [], durationMs: 1, traceId: undefined };
      },
    });
    await using studio = await openStudio({ deadLetters });
    const { page } = studio;
    await studio.open('/dead-letters/orders.dead-letter');
    await page.getByRole('button', { name: 'Dry run of all records' }).click();
    await page.getByText('The dry run is running … 1 read').waitFor();
    await setHidden(page, true);
    resolve();
    await page.getByText('The dry run has ended').waitFor();
  });
});
