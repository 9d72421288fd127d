import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { tracesOf } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

describe('the flow map', () => {
  it('shows services and topics with what goes between them, in a picture and in tables', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/flow');
    const { page } = studio;
    await page.locator('.flow-node').first().waitFor();
    const nodes = (await page.locator('.flow-node').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(nodes.map((text) => text.replace(/ \d.*/, ''))).to.have.members([
      'service orders',
      'service fulfilment',
      'service reports',
      'service shop',
      'topic orders.placed',
      'topic dead letter orders.placed.fulfilment.dead-letter',
    ]);
    const edges = await page.locator('.flow-edge').evaluateAll((all) => all.map((edge) => edge.getAttribute('class')));
    expect(edges).to.have.members(['flow-edge', 'flow-edge', 'flow-edge', 'flow-edge', 'flow-edge error']);

    const ways = page.getByRole('region', { name: 'Table of ways' }).getByRole('row');
    const rows = (await ways.allInnerTexts()).map((text) =>
      text
        .replace('\nerrors', '')
        .split(/\s*\t\s*/)
        .slice(0, 4),
    );
    expect(rows).to.have.deep.members([
      ['From', 'To', 'Count', 'Errors'],
      ['orders', 'orders.placed', '1', '0'],
      ['shop', 'orders.placed', '1', '0'],
      ['orders.placed', 'fulfilment', '2', '2'],
      ['orders.placed', 'reports', '1', '0'],
      ['fulfilment', 'orders.placed.fulfilment.dead-letter', '1', '0'],
    ]);
    // The message waited for 20 ms at the first attempt.
    expect(await ways.filter({ hasText: /^orders\.placedfulfilment/ }).innerText()).to.match(/\t2\t\s*2\s+errors\s*\t\S+ \S+\t\S+ \S+/);
  });

  it('lays out boxes in layers along the flow of messages, without overlap', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/flow');
    await studio.page.locator('.flow-node').first().waitFor();
    const boxes = await studio.page.locator('.flow-node').evaluateAll((all) =>
      all.map((element) => {
        const { x, y, right, bottom } = element.getBoundingClientRect();
        return { name: element.getAttribute('title') ?? '', x, y, right, bottom };
      }),
    );
    const at = (name: string): number => boxes.find((box) => box.name === name)?.x ?? Number.NaN;
    expect(at('orders')).to.be.below(at('orders.placed'));
    expect(at('orders.placed')).to.be.below(at('fulfilment'));
    expect(at('fulfilment')).to.be.below(at('orders.placed.fulfilment.dead-letter'));
    const overlaps = boxes.flatMap((a, index) =>
      boxes.slice(index + 1).filter((b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom),
    );
    expect(overlaps).to.deep.equal([]);
  });

  it('highlights the edges of the selected box', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/flow');
    const { page } = studio;
    const box = page.getByRole('button', { name: /service reports/ });
    await box.click();
    await page.locator('.flow-edge.strong').waitFor({ state: 'attached' });
    expect(await page.locator('.flow-edge.strong').count()).to.equal(1);
    expect(await box.getAttribute('aria-pressed')).to.equal('true');
    await box.click();
    await page.locator('.flow-edge.strong').waitFor({ state: 'detached' });
  });

  it('counts what arrives while it is open, without moving the boxes', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/flow');
    const { page } = studio;
    const shop = page.getByRole('button', { name: /service shop 1 span/ });
    const before = await shop.boundingBox();
    await studio.send(tracesOf([{ trace: 'more', id: 'more', service: 'shop', name: 'GET /', kind: 'server', at: 1, for: 1 }]));
    const after = page.getByRole('button', { name: /service shop 2 spans/ });
    await after.waitFor();
    expect(await after.boundingBox()).to.deep.equal(before);
  });

  it('breaks no name of its tables inside a word', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.open('/flow');
    const names = studio.page.locator('.flow-tables td bdi');
    await names.first().waitFor();
    const parts = await names.evaluateAll((all) =>
      all.map((name) => {
        const range = document.createRange();
        range.selectNodeContents(name);
        return { name: name.textContent ?? '', lines: range.getClientRects().length };
      }),
    );
    // A line may end at a hyphen.
    expect(parts.filter(({ name, lines }) => lines > name.split('-').length)).to.deep.equal([]);
  });

  it('counts only what started in the selected time', async () => {
    await using studio = await openStudio();
    // The flow is of a day in the past or the future; this span is of now.
    await studio.send(orderTraces);
    const now = Date.now() - Date.UTC(2026, 10, 24, 12, 0, 0);
    await studio.send(tracesOf([{ trace: 'now', id: 'now', service: 'clock', name: 'tick', at: now, for: 1 }]));
    await studio.open('/flow');
    const { page } = studio;
    await page.getByRole('button', { name: /service clock/ }).waitFor();
    const asked = page.waitForRequest((request) => request.url().includes('sinceUs='));
    await page.getByRole('combobox', { name: 'Spans of' }).selectOption({ label: 'last minute' });
    const since = Number(new URL((await asked).url()).searchParams.get('sinceUs'));
    expect(since / 1_000).to.be.closeTo(Date.now() - 60_000, 5_000);
  });

  it('counts the last minute up to now, though nothing arrives', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const start = Date.UTC(2026, 10, 24, 12);
    await page.clock.install({ time: start + 30_000 });
    await studio.send(tracesOf([{ trace: 'tick', id: 'tick', service: 'clock', name: 'tick', at: 0, for: 1 }]));
    await studio.open('/flow');
    const answered = page.waitForResponse((response) => response.url().includes('sinceUs='));
    await page.getByRole('combobox', { name: 'Spans of' }).selectOption({ label: 'last minute' });
    await (await answered).finished();
    // The page waits ten times as long as an answer took: a minute that passes before it is drawn would be ten.
    await page.clock.runFor(1_000);
    await page.getByRole('button', { name: /service clock/ }).waitFor();
    await page.clock.fastForward(60_000);
    await page.getByText('No span has arrived in this time.').waitFor();
    expect(await page.getByRole('button', { name: /service clock/ }).count()).to.equal(0);
  });

  it('leads from services, topics, ways and errors to their traces, in the picture and in the tables', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const { page } = studio;
    const map = page.getByRole('region', { name: 'Map of services and topics' });
    const places = page.getByRole('region', { name: 'Table of services and topics' });
    const ways = page.getByRole('region', { name: 'Table of ways' });
    const box = (name: string): ReturnType<typeof page.locator> => page.locator(`.flow-node[title="${name}"]`);
    for (const [link, service, topic, errors, rows] of [
      [box('reports').getByRole('link', { name: 'reports' }), 'reports', '', false, 1],
      [box('orders.placed').getByRole('link', { name: 'orders.placed' }), '', 'orders.placed', false, 2],
      [box('fulfilment').getByRole('link', { name: '2 errors' }), 'fulfilment', '', true, 1],
      [map.locator('.edge-label').getByRole('link', { name: '2×' }), 'fulfilment', 'orders.placed', false, 1],
      [map.locator('.edge-label').getByRole('link', { name: '2 errors' }), 'fulfilment', 'orders.placed', true, 1],
      [places.getByRole('link', { name: 'orders.placed', exact: true }), '', 'orders.placed', false, 2],
      [
        ways.getByRole('row', { name: /^orders\.placed fulfilment/ }).getByRole('link', { name: '2 errors' }),
        'fulfilment',
        'orders.placed',
        true,
        1,
      ],
    ] as const) {
      await studio.open('/flow');
      await link.click();
      await page.locator('.trace-row').first().waitFor();
      expect(await page.getByRole('combobox', { name: 'Service' }).inputValue()).to.equal(service);
      expect(await page.getByRole('combobox', { name: 'Topic' }).inputValue()).to.equal(topic);
      expect(await page.getByRole('checkbox', { name: 'Errors only' }).isChecked()).to.equal(errors);
      expect(await page.locator('.trace-row').count(), `${service} ${topic}`).to.equal(rows);
    }
  });

  it('leads to the traces of the selected time alone, and keeps the time in its address for a reload and for who comes back', async () => {
    await using studio = await openStudio();
    const now = Date.now() - Date.UTC(2026, 10, 24, 12);
    const failed = { id: 'root', service: 'clock', name: 'tick', for: 1, error: 'It is late' };
    await studio.send(
      tracesOf([
        { ...failed, trace: 'old', at: 0 },
        { ...failed, trace: 'new', at: now },
      ]),
    );
    await studio.open('/flow');
    const { page } = studio;
    await page.getByRole('button', { name: /service clock 2 spans/ }).waitFor();
    const time = page.getByRole('combobox', { name: 'Spans of' });
    await time.selectOption({ label: 'last 10 minutes' });
    for (const [place, link] of [
      ['.flow-node', '1 error'],
      ['.flow-node', 'clock'],
      ['.flow-tables', '1 error'],
      ['.flow-tables', 'clock'],
    ] as const) {
      await page.getByRole('button', { name: /service clock 1 span/ }).waitFor();
      await page.locator(place).getByRole('link', { name: link, exact: true }).click();
      await page.locator('.trace-row').first().waitFor();
      expect(await page.locator('.trace-row').count(), `${place} ${link}`).to.equal(1);
      await page.goBack();
    }
    await page.reload();
    await page.getByRole('button', { name: /service clock 1 span/ }).waitFor();
    expect(await time.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label)).to.equal('last 10 minutes');
    await time.selectOption({ label: 'everything in memory' });
    await page.getByRole('button', { name: /service clock 2 spans/ }).waitFor();
    expect(new URL(page.url()).search).to.equal('');
  });

  for (const [layers, direction] of [
    [5, 'across'],
    [9, 'down'],
  ] as const) {
    it(`fits the page with ${layers} services in a row, drawn ${direction}`, async () => {
      await using studio = await openStudio();
      await studio.send(
        tracesOf(
          Array.from({ length: layers }, (_, index) => ({
            trace: 'row',
            id: `x${index}`,
            ...(index === 0 ? {} : { parent: `x${index - 1}` }),
            service: `service-${index}`,
            name: 'call',
            kind: 'server' as const,
            at: index,
            for: 1,
          })),
        ),
      );
      await studio.open('/flow');
      await studio.page
        .locator('.flow-node')
        .nth(layers - 1)
        .waitFor();
      const hidden = await studio.page.locator('.flow-scroller').evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(hidden).to.equal(0);
      const boxes = await studio.page
        .locator('.flow-node')
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect()).map(({ x, y }) => ({ x, y })));
      const moves = direction === 'across' ? boxes.map(({ x }) => x) : boxes.map(({ y }) => y);
      expect(moves).to.deep.equal(moves.toSorted((a, b) => a - b));
      expect(new Set(moves).size).to.equal(layers);
    });
  }

  it('shows the busiest of very many services quickly, and all of them in the tables', async () => {
    await using studio = await openStudio();
    const service = (index: number): string => `s${String(index).padStart(3, '0')}`;
    await studio.send(
      tracesOf(
        Array.from({ length: 400 }, (_, index) => ({
          trace: 'wide',
          id: `x${index}`,
          ...(index === 0 ? {} : { parent: `x${Math.floor((index - 1) / 3)}` }),
          service: service(index),
          name: 'call',
          kind: 'server' as const,
          at: index,
          for: 1,
        })),
      ),
    );
    const start = performance.now();
    await studio.open('/flow');
    await studio.page.getByText('The map shows the busiest; 250 more are in the tables.').waitFor();
    await studio.page.locator('.flow-node').nth(149).waitFor();
    expect(performance.now() - start).to.be.below(8_000);
    expect(await studio.page.getByRole('region', { name: 'Table of services and topics' }).getByRole('row').count()).to.equal(401);
  });
});
