import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { orderTraces } from '../../support/order-flow.ts';
import { spanId, traceId } from '../../support/otlp.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

const order = `/traces/${traceId('order')}`;

async function openTrace(path = order): Promise<StudioPage & { readonly divider: Locator; readonly name: Locator }> {
  const studio = await openStudio();
  await studio.send(orderTraces);
  await studio.open(path);
  const divider = studio.page.getByRole('separator', { name: 'Width of the names' });
  await divider.waitFor();
  return Object.assign(studio, { divider, name: studio.page.locator('.row-name').first() });
}

const widthOf = async (element: Locator): Promise<number> => (await element.boundingBox())?.width ?? Number.NaN;

describe('the column of names', () => {
  it('is as wide as its divider is dragged, also after a reload, and as before after a double click', async () => {
    await using trace = await openTrace();
    const { page, divider, name } = trace;
    const before = await widthOf(name);
    const box = await divider.boundingBox();
    if (box === null) throw new Error('The divider has no place');
    await page.mouse.move(box.x + 6, box.y + 6);
    await page.mouse.down();
    await page.mouse.move(box.x + 86, box.y + 6, { steps: 4 });
    await page.mouse.up();
    expect(await widthOf(name)).to.be.closeTo(before + 80, 1);
    // The bars begin where the names end.
    const bars = await page.locator('.row-time').first().boundingBox();
    expect(bars?.x).to.be.closeTo(before + 80, 1);
    await page.reload();
    await divider.waitFor();
    expect(await widthOf(name)).to.be.closeTo(before + 80, 1);
    await divider.dblclick();
    expect(await widthOf(name)).to.be.closeTo(before, 1);
  });

  it('is made wider and narrower by keys, within limits that leave room for both', async () => {
    await using trace = await openTrace();
    const { page, divider, name } = trace;
    const before = await widthOf(name);
    await divider.press('ArrowRight');
    expect(await widthOf(name)).to.be.closeTo(before + 24, 1);
    expect(await divider.getAttribute('aria-valuenow')).to.equal(String(Math.round(before + 24)));
    await divider.press('End');
    expect(await widthOf(page.locator('.row-time').first())).to.be.within(200, 240);
    await divider.press('Home');
    expect(await widthOf(name)).to.equal(180);
    await divider.press('ArrowLeft');
    expect(await widthOf(name)).to.equal(180);
    await divider.press('Enter');
    expect(await widthOf(name)).to.be.closeTo(before, 1);
  });

  it('shows names and badges whole or shortened beside each other with the details open', async () => {
    await using trace = await openTrace(`${order}#${spanId('try2')}`);
    const { page } = trace;
    await page.locator('.detail h2').waitFor();
    const rows = await page.locator('.row-name').evaluateAll((all) =>
      all.map((element) => {
        const { right } = element.getBoundingClientRect();
        const parts = [...element.querySelectorAll(':scope > .service, :scope > .span-name, :scope > .badge')];
        return { right, parts: parts.map((part) => part.getBoundingClientRect()).map((box) => ({ left: box.left, right: box.right })) };
      }),
    );
    expect(rows).to.have.length(6);
    for (const { right, parts } of rows) {
      for (const [index, part] of parts.entries()) {
        expect(part.right).to.be.at.most(right);
        expect(part.left).to.be.at.least(parts[index - 1]?.right ?? 0);
      }
    }
    const names = await page.locator('.span-name').evaluateAll((all) => all.map((element) => element.getBoundingClientRect().width));
    expect(Math.min(...names)).to.be.at.least(60);
    // What a picture stands for is still told.
    await page.getByRole('treeitem', { name: /process orders\.placed error attempt 2 dead letter/ }).waitFor();
  });
});
