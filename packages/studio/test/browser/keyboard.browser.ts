import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { orderTraces } from '../support/order-flow.ts';
import { traceId } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

const current = async (page: Page): Promise<string> => (await page.locator('.row.current').innerText()).replaceAll(/\s+/g, ' ').trim();
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe('the keyboard', () => {
  it('goes from the search through the list into a trace, to a span and its details, and all the way back', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/');
    const { page } = studio;
    await page.locator('.trace-row').nth(1).waitFor();

    await press(page, '/');
    expect(await page.getByRole('searchbox').evaluate((box) => box === document.activeElement)).to.equal(true);
    await press(page, 'Escape', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowDown', 'Enter');
    await page.getByRole('tree').waitFor();
    await page.getByRole('heading', { name: /POST \/orders/ }).waitFor();

    // The rows have the keyboard as soon as they are there.
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await current(page)).to.match(/^orders send orders\.placed/);
    await press(page, 'Enter');
    await page.locator('.detail').getByRole('heading', { name: 'send orders.placed' }).waitFor();
    // With the details open, the arrows go on from span to span.
    await press(page, 'ArrowDown');
    await page.locator('.detail').getByText('The shelf is locked').first().waitFor();
    await press(page, 'Escape');
    await page.locator('.detail').waitFor({ state: 'detached' });
    await press(page, 'ArrowUp');
    expect(await current(page)).to.match(/^orders send orders\.placed/);
    await press(page, 'Escape');
    await page.locator('.trace-row').first().waitFor();
  });

  it('opens and closes what is below a span, as in any tree', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    await page.getByRole('button', { name: 'Expand all' }).click();
    await page.getByRole('tree').focus();
    const rows = page.getByRole('treeitem');
    const all = await rows.count();
    await press(page, 'Home', 'ArrowRight', 'ArrowRight');
    expect(await current(page)).to.match(/^orders send/);
    await press(page, 'ArrowLeft');
    expect(await page.locator('.row.current').getAttribute('aria-expanded')).to.equal('false');
    expect(await rows.count()).to.equal(all - 3);
    await press(page, 'ArrowRight');
    expect(await rows.count()).to.equal(all);
    await press(page, 'ArrowDown', 'ArrowLeft');
    expect(await current(page)).to.match(/^orders send/);
    await press(page, 'End');
    expect(await current(page)).to.match(/^reports/);
    await press(page, 'PageUp');
    expect(await current(page)).to.match(/^This trace/);
    await press(page, 'ArrowLeft');
    expect(await rows.count()).to.equal(all - 6);
  });

  it('opens a linked trace from its heading', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    await page.getByRole('tree').focus();
    await press(page, 'End', 'Enter');
    await page.waitForURL(`**/traces/${traceId('batch')}`);
  });

  it('zooms to a span and back', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    await page.getByRole('tree').focus();
    await press(page, 'ArrowDown', 'z');
    await page.getByRole('button', { name: 'Whole time', disabled: false }).waitFor();
    await press(page, '0');
    await page.getByRole('button', { name: 'Whole time', disabled: true }).waitFor();
  });

  it('opens the list of keys, which Escape closes', async () => {
    await using studio = await openStudio();
    await studio.open('/');
    const { page } = studio;
    await page.getByText('No trace has arrived yet').waitFor();
    await press(page, '?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('types a slash in a text field', async () => {
    await using studio = await openStudio();
    await studio.open('/');
    const { page } = studio;
    await page.getByRole('searchbox').click();
    await page.keyboard.type('/orders?');
    expect(await page.getByRole('searchbox').inputValue()).to.equal('/orders?');
  });

  it('keeps the selected row visible and announced to a screen reader, wherever the list was scrolled', async () => {
    await using studio = await openStudio({ viewport: { width: 1280, height: 320 } });
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    await page.getByRole('tree').focus();
    for (const key of ['End', 'Home', 'End']) {
      await press(page, key);
      const [row, scroller] = [await page.locator('.row.current').boundingBox(), await page.locator('.rows-scroller').boundingBox()];
      expect(row?.y).to.be.at.least((scroller?.y ?? 0) + 24);
      expect((row?.y ?? 0) + (row?.height ?? 0)).to.be.at.most((scroller?.y ?? 0) + (scroller?.height ?? 0) + 1);
      expect(await page.getByRole('tree').getAttribute('aria-activedescendant')).to.equal(
        await page.locator('.row.current').getAttribute('id'),
      );
    }
  });
});
