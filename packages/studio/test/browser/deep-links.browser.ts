import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { spanId, traceId } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

const order = `/traces/${traceId('order')}`;

describe('addresses', () => {
  it('of a span open its details, also after a reload and for a span of a linked trace', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const { page } = studio;
    for (const [span, service] of [
      ['try1', 'fulfilment'],
      ['many', 'reports'],
    ] as const) {
      await studio.open(`${order}#${spanId(span)}`);
      for (const again of [false, true]) {
        if (again) await page.reload();
        await page.locator('.detail-facts', { hasText: service }).waitFor();
        // The row that was open before may still be, for a moment.
        await page.locator('.row.open', { hasText: service }).waitFor();
        expect(new URL(page.url()).hash).to.equal(`#${spanId(span)}`);
      }
    }
  });

  it('of a trace and a span in upper case open them', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('order').toUpperCase()}#${spanId('try1').toUpperCase()}`);
    await studio.page.locator('.detail-facts', { hasText: 'fulfilment' }).waitFor();
  });

  it('of a missing span show a notice beside the trace', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`${order}#${'0'.repeat(16)}`);
    await studio.page.locator('.detail', { hasText: 'It is not in this trace' }).waitFor();
    expect(await studio.page.getByRole('treeitem').count()).to.be.greaterThan(5);
  });

  it('of the map and of a filtered list survive a reload', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const { page } = studio;
    await studio.open('/flow');
    await page.reload();
    await page.locator('.flow-node').first().waitFor();
    await studio.open('/?service=reports');
    await page.reload();
    await page.locator('.trace-row').waitFor();
    expect(await page.locator('.trace-row').count()).to.equal(1);
  });

  it('change at each click, and the back button follows them without a reload', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/?service=reports');
    const { page } = studio;
    await page.evaluate(() => Reflect.set(globalThis, 'sameDocument', true));
    await page.locator('.trace-row a').click();
    await page.getByRole('treeitem', { name: /reports process/ }).click();
    await page.waitForURL(`**/traces/${traceId('batch')}#${spanId('many')}`);
    await page.getByRole('link', { name: 'Flow' }).click();
    await page.waitForURL('**/flow');
    await page.goBack();
    await page.locator('.detail').waitFor();
    await page.goBack();
    await page.locator('.detail').waitFor({ state: 'detached' });
    await page.goBack();
    await page.locator('.trace-row').waitFor();
    expect(page.url()).to.equal(`${studio.studio.url}/?service=reports`);
    expect(await page.evaluate(() => Reflect.get(globalThis, 'sameDocument') as unknown)).to.equal(true);
  });

  it('that are unknown lead back to the list', async () => {
    await using studio = await openStudio();
    await studio.open('/');
    const { page } = studio;
    await page.evaluate(() => {
      history.pushState(null, '', '/nowhere');
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
    await page.getByRole('link', { name: 'To the list of traces' }).click();
    await page.getByText('No trace has arrived yet').waitFor();
  });
});
