import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, tracesOf, type ToldLink } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

const order = `/traces/${traceId('order')}`;

describe('the details of a span', () => {
  it('hold its attributes, status, events and log lines', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.send(logOf({ trace: 'order', id: 'try1' }, 'fulfilment', 31, 'WARN', 'the shelf does not open'));
    await studio.open(`${order}#${spanId('try1')}`);
    const detail = studio.page.locator('.detail');
    await detail.getByRole('heading', { name: 'process orders.placed' }).waitFor();
    await detail.locator('.log-body').waitFor();
    expect(await detail.locator('.status-message').innerText()).to.equal('The shelf is locked');
    const attributes = detail.getByRole('table', { name: 'Attributes of the span' });
    expect(await attributes.getByRole('row').allInnerTexts()).to.deep.equal([
      'messaging.destination.name\torders.placed',
      'messaging.operation.type\tprocess',
      'tracelink.delivery.attempt\t1',
    ]);
    expect(await detail.locator('.events li').first().innerText()).to.match(
      /^exception after 3 ms[^]*exception\.message\tThe shelf is locked/,
    );
    expect(await detail.locator('.log-body').innerText()).to.equal('the shelf does not open');
    expect(await detail.locator('.logs b').innerText()).to.equal('WARN');
    expect((await detail.locator('.facts').innerText()).replaceAll(/\s+/g, ' ')).to.equal(
      'Start 24 Nov 2026, 12:00:00, 30 ms into its trace Duration 4 ms In the queue 20 ms Attempt 1 Status error',
    );
  });

  it('lead from an attribute of it, of its resource or of an event to the traces that have it', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const { page } = studio;
    for (const [key, found] of [
      ['tracelink.delivery.attempt', 'tracelink.delivery.attempt=1'],
      ['service.name', 'service.name=fulfilment'],
      ['exception.message', 'exception.message="The shelf is locked"'],
    ] as const) {
      await studio.open(`${order}#${spanId('try1')}`);
      await page.getByText('Resource, scope and ids').click();
      const link = page.locator('.detail').getByRole('rowheader', { name: key, exact: true }).getByRole('link');
      await link.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'POST /orders' }).waitFor();
      expect(await page.getByRole('textbox', { name: 'Attributes' }).inputValue()).to.equal(found);
      expect(await page.locator('.trace-row').count()).to.equal(1);
    }
  });

  it('lead along its links in both directions, and to its parent', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`${order}#${spanId('sent')}`);
    const { page } = studio;
    const detail = page.locator('.detail');
    await detail.locator('.links li').nth(3).waitFor();
    const links = (await detail.locator('.links li').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
    expect(links).to.have.members([
      'child of orders POST /orders',
      'linked from fulfilment process orders.placed',
      'linked from fulfilment process orders.placed',
      `linked from reports process orders.placed in trace ${traceId('batch').slice(0, 8)}`,
    ]);
    await detail.locator('.links li', { hasText: 'reports' }).getByRole('link').click();
    await detail.locator('.detail-facts', { hasText: 'reports' }).waitFor();
    expect(page.url()).to.equal(`${studio.studio.url}${order}#${spanId('many')}`);
    expect(await page.locator('.row.open').innerText()).to.contain('reports');
    // And from the batch to what caused it: in this trace, in another, and one that is not here.
    const causes = (await detail.locator('.links li').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
    expect(causes).to.deep.equal([
      `caused by orders send orders.placed in trace ${traceId('order').slice(0, 8)}`,
      `caused by shop send orders.placed in trace ${traceId('other').slice(0, 8)}`,
      `caused by ${spanId('nobody')} not here in trace ${traceId('gone').slice(0, 8)}`,
    ]);
    await page.goBack();
    await detail.getByRole('heading', { name: 'send orders.placed' }).waitFor();
  });

  it('name the attempt before', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`${order}#${spanId('try2')}`);
    const before = studio.page.locator('.links li', { hasText: 'attempt before' });
    await before.getByRole('link').click();
    await studio.page.getByText('The shelf is locked').first().waitFor();
    await studio.page.waitForURL(`**#${spanId('try1')}`);
  });

  it('say where the trace began, what a message is a replay of, and after what its trace broke', async () => {
    await using studio = await openStudio();
    const link = (trace: string, kind: string): ToldLink => ({ trace, id: 'sent', attributes: { 'tracelink.link.kind': kind } });
    const links = [link('own', 'origin'), link('before', 'origin'), link('long before', 'broken_trace')];
    await studio.send(tracesOf([{ trace: 'own', id: 'taken', service: 'mail', name: 'process', kind: 'consumer', at: 0, for: 1, links }]));
    await studio.open(`/traces/${traceId('own')}#${spanId('taken')}`);
    const lines = studio.page.locator('.links li .relation');
    await lines.first().waitFor();
    expect(await lines.allInnerTexts()).to.deep.equal(['began with', 'replay of', 'trace broken after']);
  });

  it('can be copied as JSON', async () => {
    await using studio = await openStudio({ permissions: ['clipboard-read', 'clipboard-write'] });
    await studio.send(orderTraces);
    await studio.open(`${order}#${spanId('try1')}`);
    await studio.page.getByRole('button', { name: 'Copy as JSON' }).click();
    await studio.page.locator('.detail').getByText('Copied').waitFor();
    const copied = JSON.parse(await studio.page.evaluate(() => navigator.clipboard.readText())) as Record<string, unknown>;
    expect(copied).to.include({ spanId: spanId('try1'), name: 'process orders.placed', status: 'error', durationUs: 4_000 });
    expect(copied['links']).to.deep.equal([{ traceId: traceId('order'), spanId: spanId('sent'), attributes: {}, kind: 'cause' }]);
  });

  it('are closed by their button, which leaves the row', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open(`${order}#${spanId('try1')}`);
    const { page } = studio;
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('.detail').waitFor({ state: 'detached' });
    expect(new URL(page.url()).hash).to.equal('');
    expect(await page.locator('.row.current').innerText()).to.contain('process orders.placed');
  });
});
