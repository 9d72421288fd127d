import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { orderTraces } from '../support/order-flow.ts';
import { traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { drawnTexts } from './support/drawn-texts.ts';
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

  it('goes on in the list at the row of the trace from which one comes back, by a key or by the browser', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const traces = Array.from({ length: 60 }, (_, index): ToldSpan => {
      const name = `order ${String(index).padStart(2, '0')}`;
      return { trace: name, id: 'root', service: 'orders', name, at: index, for: 1 };
    });
    await studio.send(tracesOf(traces));
    await studio.open('/');
    const focused = page.locator('.trace-row a:focus');
    for (const [name, back] of [
      ['order 10', () => press(page, 'Escape')],
      ['order 05', () => page.goBack()],
    ] as const) {
      await page.getByRole('link', { name }).focus();
      await press(page, 'Enter');
      await page.getByRole('tree').waitFor();
      await back();
      await focused.waitFor();
      expect([(await drawnTexts(focused)).join(), await page.locator('.trace-row').count()]).to.deep.equal([name, 60]);
      expect(await page.locator('main').evaluate(({ scrollTop }) => scrollTop)).to.be.above(100);
    }
    await press(page, 'ArrowDown');
    expect(await drawnTexts(focused)).to.deep.equal(['order 04']);
    // Who asks for the list by its link has it from its start.
    await press(page, 'Enter');
    await page.getByRole('tree').waitFor();
    await page.getByRole('link', { name: 'Traces', exact: true }).click();
    await page.locator('.trace-row').first().waitFor();
    expect(await focused.count()).to.equal(0);
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

  it('works in a trace after a click on blank space', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    const blank = page.getByRole('heading', { level: 1 });
    const tree = page.getByRole('tree');
    await tree.waitFor();
    await blank.click();
    expect(await page.evaluate(() => document.activeElement === document.body)).to.equal(true);
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await current(page)).to.match(/^orders send/);
    expect(await tree.evaluate((element) => element === document.activeElement)).to.equal(true);
    await blank.click();
    await press(page, 'z');
    await page.getByRole('button', { name: 'Whole time', disabled: false }).waitFor();
    await press(page, 'Enter');
    await page.locator('.detail').waitFor();
    await blank.click();
    await press(page, 'Escape');
    await page.locator('.detail').waitFor({ state: 'detached' });
    await blank.click();
    await press(page, 'l');
    await page.locator('.log-view').waitFor();
    await blank.click();
    await press(page, 'l');
    await tree.waitFor();
    // A dialog has its own use for Esc, wherever in it one has clicked.
    await press(page, '?');
    await page.getByRole('dialog').getByRole('heading').click();
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).to.equal(`/traces/${traceId('order')}`);
    await blank.click();
    await press(page, 'Escape');
    await page.waitForURL(`${studio.studio.url}/`);
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

  it('tells a screen reader which of how many rows of its level a row is, drawn or not', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    const rows = page.getByRole('treeitem');
    await rows.nth(8).waitFor();
    const told = await rows.evaluateAll((all) =>
      all.map((row) => ['level', 'posinset', 'setsize'].map((name) => Number(row.getAttribute(`aria-${name}`)))),
    );
    const [trace, request, send, firstAttempt, secondAttempt, deadLetter, audit, ...linked] = told;
    expect([trace, ...linked]).to.deep.equal([
      [1, 1, 3],
      [1, 2, 3],
      [1, 3, 3],
    ]);
    expect(request).to.deep.equal([2, 1, 1]);
    expect([send, audit]).to.deep.equal([
      [3, 1, 2],
      [3, 2, 2],
    ]);
    expect([firstAttempt, secondAttempt]).to.deep.equal([
      [4, 1, 2],
      [4, 2, 2],
    ]);
    expect(deadLetter).to.deep.equal([5, 1, 1]);

    const root: ToldSpan = { trace: 'wide', id: 'root', service: 'orders', name: 'GET /', at: 0, for: 400 };
    const steps = Array.from({ length: 300 }, (_, at) => ({ ...root, id: `s${at}`, parent: 'root', name: `step ${at}`, at, for: 1 }));
    await studio.send(tracesOf([root, ...steps]));
    await studio.open(`/traces/${traceId('wide')}`);
    await page.getByRole('tree').focus();
    await press(page, 'End');
    const last = page.locator('.row.current', { hasText: 'step 299' });
    expect([await last.getAttribute('aria-posinset'), await last.getAttribute('aria-setsize')]).to.deep.equal(['300', '300']);
    expect(await rows.count()).to.be.below(100);
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
