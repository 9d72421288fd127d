import { expect } from 'chai';
import { lettersOf } from '../../support/dead-letters.ts';
import { orderTraces } from '../../support/order-flow.ts';
import { traceId } from '../../support/otlp.ts';
import { deadLetterTopic, shopBroker } from '../support/shop-broker.ts';
import { openStudio } from '../support/studio-page.ts';

const topic = `/dead-letters/${deadLetterTopic}`;

describe('the records of a dead-letter topic', () => {
  it('are not said to be others than what was asked for where none could be read', async () => {
    const deadLetters = lettersOf([], { read: () => Promise.resolve({ records: 500, unreadPartitions: 1 }) });
    await using studio = await openStudio({ deadLetters });
    await studio.open(topic);
    await studio.page.getByText('500 records, of which the newest 0 were read, 1 partition not read to the end').waitFor();
    expect(await studio.page.locator('.notice').count()).to.equal(0);
  });

  it('are grouped by error and by trace, and a group leads to its records', async () => {
    await using broker = await shopBroker([
      { trace: 'order' },
      { trace: 'order', error: 'TypeError', message: 'Not a number' },
      { trace: 'other', message: 'Later', timestamp: Date.UTC(2026, 10, 29, 9) },
    ]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(topic);
    await page.getByRole('link', { name: 'By error' }).click();
    const errors = page.getByRole('region', { name: 'Records by error' });
    await errors.getByRole('row', { name: /^TimeoutError 2 .*09:00:00 .*08:00:00 Later orders/ }).waitFor();
    await errors.getByRole('link', { name: 'TypeError' }).click();
    await page.getByText('1 record selected.').waitFor();
    await page.getByRole('row', { name: /TypeError Not a number/ }).waitFor();
    expect(await page.locator('.letters-table tbody tr').count()).to.equal(1);
    await page.getByRole('link', { name: /^error TypeError/ }).click();
    await page.getByRole('row', { name: /Later/ }).waitFor();
    expect(await page.locator('.letters-table tbody tr').count()).to.equal(3);
    await page.getByRole('link', { name: 'By trace' }).click();
    const traces = page.getByRole('region', { name: 'Records by trace' });
    await traces.getByRole('link', { name: traceId('order').slice(0, 16) }).click();
    await page.getByText('2 records selected.').waitFor();
    // Each choice is in the address.
    await page.goBack();
    await traces.waitFor();
  });

  it('are found by their keys and errors, and are not replayed by a search', async () => {
    await using broker = await shopBroker([{ key: 'tea' }, { key: 'cocoa', message: 'No teapot' }, { key: 'milk' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(topic);
    await page.getByRole('region', { name: 'Replay' }).waitFor();
    await page.getByRole('searchbox', { name: 'Search keys and errors' }).fill('TEA');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('2 records selected.').waitFor();
    expect(await page.getByRole('region', { name: 'Replay' }).count()).to.equal(0);
    await studio.open(`${topic}?search=nothing`);
    await page.getByText('No record is like this.').waitFor();
  });

  it('are shown a hundred at a time, and are read again when it is asked for', async () => {
    await using broker = await shopBroker(Array.from({ length: 150 }, (_, index) => ({ key: String(index) })));
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(topic);
    await page.getByText('100 of 150 are shown.').waitFor();
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    await page.getByText('100 of 150 are shown.').waitFor({ state: 'detached' });
    expect(await page.locator('.letters-table tbody tr').count()).to.equal(150);
    broker.kafka.topic(deadLetterTopic).append(0, [{ key: 'new', value: null }]);
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText(/^151 records, as of/).waitFor();
    await page.getByRole('row', { name: /new unknown/ }).waitFor();
  });

  it('have their trace beside them, as far as it has arrived', async () => {
    await using broker = await shopBroker([{ trace: 'order' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`${topic}/0/0`);
    const beside = page.getByRole('region', { name: 'Its trace' });
    await beside.getByText('No span of it has arrived at this studio.').waitFor();
    await studio.send(orderTraces);
    await beside.getByRole('listitem').filter({ hasText: 'process orders.placed fulfilment' }).first().waitFor();
    await beside.getByRole('link', { name: 'POST /orders' }).click();
    await page
      .getByRole('heading', { name: /POST \/orders/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/traces/${traceId('order')}`);
  });
});
