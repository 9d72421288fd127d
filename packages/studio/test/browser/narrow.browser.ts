import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { spanId, traceId } from '../support/otlp.ts';
import { openStudio, type StudioPage } from './support/studio-page.ts';

const order = `/traces/${traceId('order')}`;
const act = { name: 'act', label: 'A rather long label of an action', run: () => Promise.resolve({ message: 'Acted' }) };

async function openNarrow(): Promise<StudioPage> {
  const studio = await openStudio({ viewport: { width: 390, height: 800 }, hasTouch: true, actions: [act, { ...act, name: 'b' }] });
  await studio.send(orderTraces);
  return studio;
}

describe('on a page of 390 pixels', () => {
  it('scrolls sideways in no view', async () => {
    await using studio = await openNarrow();
    for (const [path, shown] of [
      ['/', '.trace-row'],
      [order, '.row'],
      [`${order}#${spanId('try2')}`, '.detail h2'],
      ['/flow', '.flow-node'],
    ] as const) {
      await studio.open(path);
      await studio.page.locator(shown).first().waitFor();
      const wide = await studio.page.evaluate(() =>
        [document.documentElement, document.body, document.querySelector('main')].map((element) => element?.scrollWidth),
      );
      expect(wide, path).to.deep.equal([390, 390, 390]);
    }
  });

  it('a trace has its bars below the names, over the whole width', async () => {
    await using studio = await openNarrow();
    await studio.open(order);
    const row = studio.page.getByRole('treeitem', { name: /send orders\.placed 5 ms/ });
    await row.waitFor();
    const [name, time] = [await row.locator('.row-name').boundingBox(), await row.locator('.row-time').boundingBox()];
    expect(time?.y).to.be.at.least((name?.y ?? 0) + (name?.height ?? 0) - 1);
    expect(time?.width).to.be.greaterThan(350);
    // The arrows follow.
    const arrows = await studio.page.locator('svg.arrows').boundingBox();
    expect(arrows?.x).to.be.closeTo(time?.x ?? 0, 1);
  });

  it('the details cover the rows, take the keyboard, and give the rows back', async () => {
    await using studio = await openNarrow();
    await studio.open(order);
    const { page } = studio;
    await page.getByRole('treeitem', { name: /attempt 2/ }).tap();
    const detail = page.locator('.detail');
    await detail.waitFor();
    const box = await detail.boundingBox();
    expect([box?.x, box?.y, box?.width, box?.height]).to.deep.equal([0, 0, 390, 800]);
    expect(await detail.evaluate((element) => element === document.activeElement)).to.equal(true);
    expect(await page.locator('.waterfall').evaluate((element) => (element as HTMLElement).inert)).to.equal(true);
    await page.getByRole('button', { name: 'Close' }).tap();
    await detail.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'tree');
  });

  it('buttons are large enough for a finger', async () => {
    await using studio = await openNarrow();
    await studio.open('/');
    await studio.page.locator('.trace-row').first().waitFor();
    const sizes = await studio.page
      .locator('header button, .actions button, .trace-row')
      .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().height));
    // WCAG 2.2, 2.5.8: 24 by 24 pixels at least.
    expect(Math.min(...sizes)).to.be.at.least(24);
  });
});
