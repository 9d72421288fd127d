import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { shopBroker, deadLetterTopic } from './support/shop-broker.ts';
import { openStudio } from './support/studio-page.ts';

const lone = (name: string, at: number): ToldSpan => ({ trace: name, id: 'root', service: 'orders', name, at, for: 1 });
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Waits until what has the keyboard begins with the text. */
const reads = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    (start) => {
      const { activeElement, body } = document;
      return (
        activeElement instanceof HTMLElement && activeElement !== body && activeElement.innerText.replaceAll(/\s+/g, ' ').startsWith(start)
      );
    },
    text,
    { timeout: 10_000 },
  );

describe('one who uses the keyboard', () => {
  it('has it in the rows or in the details when the browser goes forward again, and in the rows when it has closed the details', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(orderTraces);
    await studio.open('/');
    const tree = page.locator('[role=tree]:focus');
    const panel = page.locator('.detail:focus');
    await page.getByRole('link', { name: 'POST /orders' }).press('Enter');
    await tree.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.detail .links').getByRole('link', { name: 'POST /orders' }).press('Enter');
    await panel.getByRole('heading', { name: 'POST /orders' }).waitFor();
    await page.goBack();
    await panel.getByRole('heading', { name: 'send orders.placed' }).waitFor();
    await page.goBack();
    await page.locator('.detail').waitFor({ state: 'detached' });
    await tree.waitFor();
    await page.goBack();
    await page.locator('.trace-row a:focus').waitFor();

    await page.goForward();
    await tree.waitFor();
    await page.goForward();
    await page.locator('.detail').getByRole('heading', { name: 'send orders.placed' }).waitFor();
    await tree.waitFor();
    expect(await page.locator('.row.current').innerText()).to.match(/send orders\.placed/);
    await page.locator('.detail-close').focus();
    await page.goForward();
    await panel.getByRole('heading', { name: 'POST /orders' }).waitFor();
  });

  it('goes on with the first of the links, attributes, events and log lines of a span that was not shown', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const attributes = Object.fromEntries(many(101).map((index) => [`app.${1_000 + index}`, index]));
    const events = many(51).map((index) => ({ name: `step ${index}`, at: index }));
    const links = many(51).map((index) => ({ trace: 'order', id: `m${index}` }));
    const batch = { ...lone('batch', 0), links, attributes, events };
    await studio.send(tracesOf([batch, ...many(51).map((index) => ({ ...lone('order', index), id: `m${index}`, name: `send ${index}` }))]));
    for (const index of many(101)) await studio.send(logOf({ trace: 'batch', id: 'root' }, 'orders', index, 'INFO', `line ${index}`));
    await studio.open(`/traces/${traceId('batch')}#${spanId('root')}`);
    for (const [list, button, next] of [
      ['.links', 'Show all 51', 'caused by orders send 50'],
      ['[aria-label="Attributes of the span"]', 'Show all 101', 'app.1100'],
      ['.events', 'Show all 51', 'step 50'],
      ['.logs', 'Show all 101', '12:00:00.100 INFO line 100'],
    ] as const) {
      await page.locator(`${list} + button`, { hasText: button }).press('Enter');
      await reads(page, next);
    }
    // The keys of the page work from there.
    await page.keyboard.press('Escape');
    await page.locator('[role=tree]:focus').waitFor();
  });

  it('is shown no more than five thousand at once of what a span has', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const attributes = Object.fromEntries(many(6_000).map((index) => [`app.${10_000 + index}`, index]));
    await studio.send(tracesOf([{ ...lone('order', 0), attributes }]));
    await studio.open(`/traces/${traceId('order')}#${spanId('root')}`);
    const rows = page.locator('[aria-label="Attributes of the span"] tr');
    await page.getByRole('button', { name: 'Show 5,000 more of 6,000' }).press('Enter');
    await reads(page, 'app.10100');
    expect(await rows.count()).to.equal(5_100);
    await page.getByRole('button', { name: 'Show all 6,000' }).press('Enter');
    await reads(page, 'app.15100');
    expect(await rows.count()).to.equal(6_000);
  });

  it('goes on with the first of the log lines of a trace that was not shown', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf([lone('order', 0)]));
    await Promise.all(many(501).map((at) => studio.send(logOf({ trace: 'order', id: 'root' }, 'orders', at, 'INFO', `line ${at}`))));
    await studio.open(`/traces/${traceId('order')}?view=logs`);
    await page.getByRole('button', { name: 'Show all 501' }).press('Enter');
    await reads(page, '12:00:00.500 500 ms INFO');
  });

  it('goes on with the first of the services of the flow that was not shown', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(
      tracesOf(many(501).map((index) => ({ ...lone('order', index), id: `s${index}`, service: `service-${1_000 + index}` }))),
    );
    await studio.open('/flow');
    const table = page.getByRole('region', { name: 'Table of services and topics' });
    const button = table.getByRole('button', { name: 'Show all 501' });
    await button.waitFor();
    const shown = await table.getByRole('row').allInnerTexts();
    expect(shown).to.have.length(501);
    await button.press('Enter');
    await reads(page, 'service-');
    expect(shown).to.not.include(await page.locator('tr:focus').innerText());
  });

  it('goes on with the first of the records of a replay that was not shown', async () => {
    await using broker = await shopBroker(many(11).map((index) => ({ key: String(index) })));
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`/dead-letters/${deadLetterTopic}`);
    await page.getByRole('button', { name: 'Dry run' }).press('Enter');
    await page.getByRole('button', { name: 'Show all 11' }).press('Enter');
    await reads(page, '0/10 to orders');
  });

  it('goes on with the first of the traces that came when more are asked for, and from there by the arrows', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf(many(250).map((index) => lone(`order ${1_000 + index}`, index))));
    await studio.open('/');
    const more = page.getByRole('button', { name: 'Show 100 more' });
    await more.press('Enter');
    await reads(page, 'order 1149');
    await page.keyboard.press('ArrowDown');
    await reads(page, 'order 1148');
    await more.press('Enter');
    await reads(page, 'order 1049');
    await more.waitFor({ state: 'detached' });
  });

  it('goes to no row that comes later, when more were asked for and none came', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf(many(100).map((index) => ({ ...lone(`order ${index}`, index), for: 10 }))));
    await studio.open('/?sort=longest');
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    const more = page.getByRole('button', { name: 'Show 100 more' });
    await Promise.all([page.waitForResponse(/limit=200/), more.press('Enter')]);
    await more.waitFor({ state: 'detached' });
    await studio.send(tracesOf([lone('short', 200)]));
    await page.locator('.trace-row', { hasText: 'short' }).waitFor();
    expect(await page.evaluate(() => document.activeElement === document.body)).to.equal(true);
  });

  it('goes on with the first of the dead letters that came when more are asked for', async () => {
    await using broker = await shopBroker(many(150).map((index) => ({ key: String(index) })));
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`/dead-letters/${deadLetterTopic}`);
    await page.getByRole('button', { name: 'Show 100 more' }).press('Enter');
    await reads(page, '0/49');
  });

  it('has it in the rows when all linked traces are drawn', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const links = many(60).map((index) => ({ trace: `order ${index}`, id: 'root' }));
    await studio.send(tracesOf([...many(60).map((index) => lone(`order ${index}`, index)), { ...lone('batch', 100), links }]));
    await studio.open(`/traces/${traceId('batch')}`);
    await page.getByRole('button', { name: 'Show 10 more' }).press('Enter');
    await page.getByText('with 60 linked traces').waitFor();
    await page.locator('[role=tree]:focus').waitFor();
  });
});
