import { expect } from 'chai';
import { orderTraces } from '../../support/order-flow.ts';
import { traceId, tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { drawnTexts } from '../support/drawn-texts.ts';
import { openStudio } from '../support/studio-page.ts';

const lone = (trace: string, more: Partial<ToldSpan> = {}): ToldSpan => ({
  trace,
  id: trace,
  service: 'orders',
  name: `GET /${trace}`,
  kind: 'server',
  at: 0,
  for: 10,
  ...more,
});

describe('the list of traces', () => {
  it('names each trace by its root, newest first, with its service, spans, errors and linked traces', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/?fold=false');
    const rows = studio.page.locator('.trace-row');
    await rows.nth(2).waitFor();
    const texts = (await drawnTexts(rows)).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(texts).to.have.length(3);
    expect(texts[0]).to.match(/^process orders\.placed reports .* 15 ms 1 2 traces/);
    expect(texts[1]).to.match(/^send orders\.placed shop .* 3 ms 1 1 trace/);
    expect(texts[2]).to.match(/^POST \/orders orders .*12:00:00\.000 1 min 6 2 errors fulfilment 1 trace/);
  });

  it('says the day of a trace that did not start today', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf([lone('one')]));
    for (const [now, start] of [
      ['2026-11-24T23:59:00Z', '12:00:00.000'],
      ['2026-11-25T00:01:00Z', '24 Nov 12:00:00.000'],
    ] as const) {
      await page.clock.setFixedTime(now);
      await studio.open('/');
      const time = page.locator('.trace-row time');
      await time.waitFor();
      expect((await drawnTexts(time)).join().trim()).to.equal(start);
      expect(await time.getAttribute('title')).to.equal('24 Nov 2026, 12:00:00');
    }
  });

  it('folds a trace that is a batch alone under the last of the traces whose messages it took, until one opens it or asks for no folding', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/');
    const { page } = studio;
    const rows = async (count: number): Promise<string[]> => {
      await page.waitForFunction((wanted) => document.querySelectorAll('.trace-row').length === wanted, count);
      return page.locator('.trace-row a').allTextContents();
    };
    expect(await rows(2)).to.deep.equal(['send orders.placed', 'POST /orders']);
    const batches = page.locator('.trace-row', { hasText: 'send orders.placed' }).getByRole('button', { name: '1 batch' });
    await batches.click();
    expect(await rows(3)).to.deep.equal(['send orders.placed', 'process orders.placed', 'POST /orders']);
    expect(await batches.getAttribute('aria-expanded')).to.equal('true');
    await page.getByRole('link', { name: 'process orders.placed' }).click();
    await page.getByRole('tree').waitFor();
    await page.goBack();
    await rows(3);
    await page.locator('.trace-row a:focus', { hasText: 'process orders.placed' }).waitFor();
    await batches.click();
    await rows(2);
    // It has a row of its own where the other trace has none.
    await page.getByRole('combobox', { name: 'Service' }).selectOption('reports');
    expect(await rows(1)).to.deep.equal(['process orders.placed']);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('all');
    await rows(2);
    await page.getByRole('checkbox', { name: 'Fold batches' }).uncheck();
    expect(await rows(3)).to.deep.equal(['process orders.placed', 'send orders.placed', 'POST /orders']);
    await page.reload();
    await rows(3);
  });

  it('shows a trace that arrives while it is open', async () => {
    await using studio = await openStudio();
    await studio.open('/');
    const { page } = studio;
    await page.getByText('No trace has arrived yet').waitFor();
    await page.getByText('Live', { exact: true }).first().waitFor();
    await studio.send(tracesOf([lone('first')]));
    await page.getByRole('link', { name: 'GET /first' }).waitFor();
  });

  it('asks nothing of the studio while Live is off', async () => {
    await using studio = await openStudio();
    await studio.open('/');
    const { page } = studio;
    await page.getByRole('checkbox', { name: 'Live' }).uncheck();
    const asked: string[] = [];
    // The events come to a second listener of this page too: when it has heard of the trace, the list has as well.
    await page.evaluate(
      () =>
        new Promise<void>((opened) => {
          const live = new EventSource('/api/live');
          const heard = new Promise<void>((resolve) => live.addEventListener('changed', () => resolve()));
          Object.assign(globalThis, { heard });
          live.addEventListener('open', () => opened());
        }),
    );
    page.on('request', (request) => asked.push(request.url()));
    await studio.send(tracesOf([lone('unseen')]));
    await page.evaluate(() => (globalThis as unknown as { heard: Promise<void> }).heard);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    expect(asked.filter((url) => url.includes('/api/traces'))).to.deep.equal([]);
  });

  it('stays away when a trace is opened while a text is being typed', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await page.clock.install();
    await studio.send(tracesOf([lone('wanted')]));
    await studio.open('/');
    await page.getByRole('link', { name: 'GET /wanted' }).waitFor();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.getByRole('searchbox').fill('wanted');
    await page.getByRole('link', { name: 'GET /wanted' }).click();
    await page.waitForURL(`**/traces/${traceId('wanted')}`);
    // Longer than the list waits for the next key.
    await page.clock.runFor(1_000);
    await page.getByRole('heading', { name: /GET \/wanted/ }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/traces/${traceId('wanted')}`);
    expect(await page.getByRole('searchbox').inputValue()).to.equal('');
  });

  it('opens a trace whose id is pasted, in any case and inside a traceparent', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf([lone('wanted')]));
    const id = traceId('wanted');
    for (const pasted of [id, ` ${id.toUpperCase()} `, `00-${id}-${'c'.repeat(16)}-01`]) {
      await studio.open('/');
      const search = studio.page.getByRole('searchbox');
      await search.fill(pasted);
      await studio.page.getByRole('button', { name: 'Open trace' }).waitFor();
      await search.press('Enter');
      await studio.page.getByRole('heading', { name: /GET \/wanted/ }).waitFor();
      expect(new URL(studio.page.url()).pathname).to.equal(`/traces/${id}`);
    }
  });

  it('filters by text, service, errors and duration, in the address too, so that a reload keeps them', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf([lone('slow', { for: 900 }), lone('broken', { error: 'no', service: 'stock' }), lone('plain')]));
    await studio.open('/');
    const { page } = studio;
    const names = async (count: number): Promise<string[]> => {
      await page.waitForFunction((wanted) => document.querySelectorAll('.trace-row').length === wanted, count);
      return page.locator('.trace-row a').allTextContents();
    };
    await names(3);
    await page.getByRole('searchbox').fill('plai');
    expect(await names(1)).to.deep.equal(['GET /plain']);
    await page.getByRole('searchbox').press('Escape');
    await names(3);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('stock');
    expect(await names(1)).to.deep.equal(['GET /broken']);
    // Each filter goes before the next one comes: a list of as many other traces would pass for what is awaited.
    await page.getByRole('combobox', { name: 'Service' }).selectOption('');
    await names(3);
    await page.getByRole('checkbox', { name: 'Errors only' }).check();
    expect(await names(1)).to.deep.equal(['GET /broken']);
    await page.getByRole('checkbox', { name: 'Errors only' }).uncheck();
    await names(3);
    await page.getByRole('spinbutton', { name: /At least/ }).fill('500');
    expect(await names(1)).to.deep.equal(['GET /slow']);
    await page.reload();
    expect(await names(1)).to.deep.equal(['GET /slow']);
    expect(await page.getByRole('spinbutton').inputValue()).to.equal('500');
    await page.getByRole('combobox', { name: 'Service' }).selectOption('stock');
    await page.getByText('No trace is like this').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await names(3);
  });

  it('lists a hundred, and a hundred more when asked', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(Array.from({ length: 150 }, (_, index) => lone(`t${index}`, { at: index }))));
    await studio.open('/');
    const rows = studio.page.locator('.trace-row');
    await rows.nth(99).waitFor();
    expect(await rows.count()).to.equal(100);
    await studio.page.getByRole('button', { name: 'Show 100 more' }).click();
    await rows.nth(149).waitFor();
    expect(await studio.page.getByRole('button', { name: 'Show 100 more' }).count()).to.equal(0);
    expect(await studio.page.locator('.held').innerText()).to.match(/^In memory: 150 traces, 150 spans, /);
  });

  it('shows that the studio is gone, and continues when it is back', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf([lone('before')]));
    await studio.open('/');
    const { page } = studio;
    await page.getByRole('link', { name: 'GET /before' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('orders');
    await page.getByRole('alert').getByText('The studio does not answer').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});
