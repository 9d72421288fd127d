import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { orderTraces } from '../support/order-flow.ts';
import { spanId, traceId, tracesOf } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

const order = `/traces/${traceId('order')}`;
const id = (trace: string, span: string): string => `${traceId(trace)}-${spanId(span)}`;
/** The row of a span: rows are treeitems, and what a row says is its name. */
const row = (page: Page, name: RegExp): Locator => page.getByRole('treeitem', { name });

describe('one trace', () => {
  it('comes before the traces that it is linked with, which are a line each until one opens them', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    // The trace that links back: what it links to began before it.
    await studio.open(`/traces/${traceId('batch')}`);
    const { page } = studio;
    const rows = async (): Promise<string[]> => {
      const texts = (await page.getByRole('treeitem').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
      return texts.map((text) => text.replace(/ [0-9a-f]{8} /, ' ').replace(/ \d+ ms( after.*)?$/, ''));
    };
    await row(page, /reports process orders\.placed/).waitFor();
    const closed = [
      'This trace process orders.placed 1 span,',
      'reports process orders.placed batch of 3 1 link not here',
      'Linked trace POST /orders 6 spans, 1 min 2 errors Open',
      'Linked trace send orders.placed 1 span, 3 ms Open',
    ];
    expect(await rows()).to.deep.equal(closed);
    // The keyboard, too, begins with this trace.
    await page.locator('.row.current', { hasText: 'This trace' }).waitFor();
    const orderRow = row(page, /^Linked trace \S+ POST/);
    await orderRow.locator('.twisty').click();
    await row(page, /orders POST \/orders/).waitFor();
    expect((await rows()).map((text) => text.replace(/ \d.*/, ''))).to.deep.equal([
      'This trace process orders.placed',
      'reports process orders.placed batch of',
      'Linked trace POST /orders',
      'orders POST /orders',
      'orders send orders.placed',
      'fulfilment process orders.placed error',
      'fulfilment process orders.placed error attempt',
      'fulfilment send orders.placed.fulfilment.dead-letter dead letter',
      'orders audit note detached',
      'Linked trace send orders.placed',
    ]);
    expect(await page.locator('.row').evaluateAll((all) => all.map((element) => element.getAttribute('aria-level')))).to.deep.equal(
      [1, 2, 1, 2, 3, 4, 4, 5, 3, 1].map(String),
    );
    await orderRow.locator('.twisty').click();
    await row(page, /orders POST \/orders/).waitFor({ state: 'detached' });
    expect(await rows()).to.deep.equal(closed);
  });

  it('has the time axis to itself until one opens a linked trace', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('batch')}`);
    const { page } = studio;
    const last = page.locator('.tick-last');
    await last.waitFor();
    expect(await last.innerText()).to.equal('15 ms');
    await row(page, /^Linked trace \S+ POST/)
      .locator('.twisty')
      .click();
    await last.getByText('1 min').waitFor();
  });

  it('counts itself as the list does, and itself with the linked traces apart from that', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`/traces/${traceId('batch')}`);
    const facts = studio.page.locator('.trace-heading p').first();
    const text = async (): Promise<string> => (await facts.innerText()).replaceAll(/\s+/g, ' ').trim();
    await facts.waitFor();
    expect(await text()).to.match(/ 1 span in 15 ms with 2 linked traces: 8 spans in 1 min 2 errors$/);
    await studio.open(order);
    await facts.getByText('6 spans').waitFor();
    expect(await text()).to.match(/ 6 spans in 1 min 2 errors with 2 linked traces: 8 spans in 1 min 2 errors$/);
  });

  it('labels attempts, dead-letter records, batches, detached work and broken links', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(order);
    const { page } = studio;
    await row(page, /attempt 2/).waitFor();
    await page.getByRole('button', { name: 'Expand all' }).click();
    // The attempt that gave its message up, and the message in its dead-letter topic.
    expect(await row(page, /dead letter/).count()).to.equal(2);
    await row(page, /reports process orders\.placed batch of 3 1 link not here/).waitFor();
    const detached = row(page, /audit note detached/);
    expect(await detached.locator('.request-end').count()).to.equal(1);
    // The request's own row has no such mark.
    expect(
      await row(page, /POST \/orders 20 ms/)
        .locator('.request-end')
        .count(),
    ).to.equal(0);
  });

  it('draws links as arrows between spans and across traces, and attempts with another line', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(order);
    const arrows = studio.page.locator('path.arrow[data-from]');
    await arrows.first().waitFor({ state: 'attached' });
    const drawn = await arrows.evaluateAll((all) =>
      all.map((element) => [element.getAttribute('data-from'), element.getAttribute('data-to'), element.classList.item(1)]),
    );
    expect(drawn).to.have.deep.members([
      [id('order', 'sent'), id('order', 'try1'), 'arrow-cause'],
      [id('order', 'sent'), id('order', 'try2'), 'arrow-cause'],
      [id('order', 'try1'), id('order', 'try2'), 'arrow-retry'],
      [id('order', 'sent'), id('batch', 'many'), 'arrow-cause'],
      [id('other', 'osent'), id('batch', 'many'), 'arrow-cause'],
    ]);
  });

  it('ends an arrow at the bar of the span that links', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(order);
    const { page } = studio;
    await page.getByRole('button', { name: 'Expand all' }).click();
    const arrow = page.locator(`path.arrow[data-from="${id('other', 'osent')}"]`);
    await arrow.waitFor({ state: 'attached' });
    const tip = await arrow.evaluate((path) => {
      const curve = path as SVGPathElement;
      const point = curve.getPointAtLength(curve.getTotalLength());
      const box = (curve.ownerSVGElement as SVGSVGElement).getBoundingClientRect();
      return { x: box.x + point.x, y: box.y + point.y };
    });
    const bar = await row(page, /reports process/)
      .locator('.bar')
      .boundingBox();
    expect(tip.x).to.be.closeTo(bar?.x ?? 0, 2);
    expect(tip.y).to.be.closeTo((bar?.y ?? 0) + (bar?.height ?? 0) / 2, 2);
  });

  it('hatches the time in the queue up to the span, and the time until the next attempt', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(order);
    const { page } = studio;
    await row(page, /4 ms after 20 ms in the queue/).waitFor();
    await row(page, /8 ms after 1 min until the retry/).waitFor();
    const first = row(page, /after 20 ms in the queue/);
    const wait = await first.locator('.wait-queue').boundingBox();
    const bar = await first.locator('.bar').boundingBox();
    expect((wait?.x ?? 0) + (wait?.width ?? 0)).to.be.closeTo(bar?.x ?? 0, 1.5);
    expect(await first.locator('.wait').evaluate((element) => getComputedStyle(element).backgroundImage)).to.contain(
      'repeating-linear-gradient',
    );
    // Of a batch the message that waited longest: sent at 10 ms, taken at 40 ms.
    await page.getByRole('button', { name: 'Expand all' }).click();
    await row(page, /reports process orders\.placed batch of 3 1 link not here 15 ms after 30 ms in the queue/).waitFor();
  });

  it('counts the queue from when a message was sent, not from when it was created for that', async () => {
    await using studio = await openStudio();
    const topic = { 'messaging.destination.name': 'orders.placed' };
    const told = { trace: 'outbox', service: 'orders' };
    const links = [{ trace: 'outbox', id: 'created' }];
    const of = (type: string): Record<string, string> => ({ ...topic, 'messaging.operation.type': type });
    await studio.send(
      tracesOf([
        { ...told, id: 'created', name: 'create orders.placed', kind: 'producer', at: 0, for: 1, attributes: of('create') },
        {
          ...told,
          id: 'sent',
          parent: 'created',
          name: 'send orders.placed',
          kind: 'client',
          at: 20,
          for: 5,
          attributes: of('send'),
          links,
        },
        { ...told, id: 'taken', parent: 'created', name: 'process it', kind: 'consumer', at: 40, for: 2, attributes: of('process'), links },
      ]),
    );
    await studio.open(`/traces/${traceId('outbox')}`);
    await row(studio.page, /process it 2 ms after 15 ms in the queue/).waitFor();
  });

  it('cuts idle time, so that milliseconds of work show beside a minute of waiting, unless one asks for the even scale', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(order);
    const { page } = studio;
    const bar = row(page, /POST \/orders 20 ms/).locator('.bar');
    await bar.waitFor();
    expect((await bar.boundingBox())?.width).to.be.greaterThan(60);
    expect(await page.locator('.cut').allInnerTexts()).to.deep.equal(['1 min']);
    await page.getByRole('checkbox', { name: 'Cut idle time' }).uncheck();
    await page.locator('.cut').waitFor({ state: 'detached' });
    expect((await bar.boundingBox())?.width).to.be.lessThan(4);
  });

  it('zooms to a span and back', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`${order}#${spanId('try1')}`);
    const { page } = studio;
    const bar = row(page, /4 ms after 20 ms in the queue/).locator('.bar');
    await bar.waitFor();
    const before = (await bar.boundingBox())?.width ?? 0;
    await page.getByRole('button', { name: 'Zoom to span' }).click();
    await page.getByRole('button', { name: 'Whole time', disabled: false }).waitFor();
    const zoomed = (await bar.boundingBox())?.width ?? 0;
    expect(zoomed).to.be.greaterThan(before * 1.5);
    await page.getByRole('button', { name: 'Whole time' }).click();
    await page.getByRole('button', { name: 'Whole time', disabled: true }).waitFor();
    expect((await bar.boundingBox())?.width).to.be.closeTo(before, 1);
  });

  it('adds spans and linked traces that arrive while it is open', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf([{ trace: 'grow', id: 'root', service: 'orders', name: 'GET /grow', kind: 'server', at: 0, for: 9 }]));
    await studio.open(`/traces/${traceId('grow')}`);
    const { page } = studio;
    await row(page, /GET \/grow/)
      .last()
      .waitFor();
    await studio.send(
      tracesOf([
        { trace: 'grow', id: 'child', parent: 'root', service: 'orders', name: 'late child', at: 2, for: 1 },
        {
          trace: 'next',
          id: 'after',
          service: 'reports',
          name: 'linked later',
          kind: 'consumer',
          at: 20,
          for: 1,
          links: [{ trace: 'grow', id: 'root' }],
        },
      ]),
    );
    await row(page, /late child/).waitFor();
    await row(page, /^Linked trace \S+ linked later/).waitFor();
  });

  it('waits for a trace that has not arrived', async () => {
    await using studio = await openStudio();
    await studio.open(`/traces/${traceId('soon')}`);
    const { page } = studio;
    await page.getByRole('alert').waitFor();
    await page.getByText('It is shown as soon as its spans arrive').waitFor();
    await studio.send(tracesOf([{ trace: 'soon', id: 'root', service: 'orders', name: 'GET /soon', kind: 'server', at: 0, for: 9 }]));
    await row(page, /orders GET \/soon/).waitFor();
  });

  it('is not waited for where the address holds no trace id', async () => {
    await using studio = await openStudio();
    await studio.open('/traces/zzz');
    const notice = studio.page.locator('.notice');
    await notice.getByRole('alert').waitFor();
    const lines = (await notice.innerText()).split(/\n+/);
    expect(lines).to.deep.equal(['Trace zzz', 'A trace id is 32 hexadecimal digits.', 'To the list of traces']);
  });

  it('draws spans whose parent is missing, is the span itself or is in a circle, and a repeated span id', async () => {
    await using studio = await openStudio();
    const odd = { trace: 'odd', service: 'orders', at: 0, for: 5 };
    await studio.send(
      tracesOf([
        { ...odd, id: 'orphan', parent: 'nobody', name: 'an orphan' },
        { ...odd, id: 'self', parent: 'self', name: 'its own parent' },
        { ...odd, id: 'one', parent: 'two', name: 'first of a circle' },
        { ...odd, id: 'two', parent: 'one', name: 'second of a circle' },
      ]),
    );
    await studio.open(`/traces/${traceId('odd')}`);
    const { page } = studio;
    await row(page, /an orphan parent not received/).waitFor();
    for (const name of [/its own parent/, /first of a circle/, /second of a circle/]) await row(page, name).last().waitFor();
    expect(await page.locator('.row:not(.section)').count()).to.equal(4);
  });
});
