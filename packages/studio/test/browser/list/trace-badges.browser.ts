import { expect } from 'chai';
import { traceId, tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { openStudio } from '../support/studio-page.ts';

/** A trace with one span that processes a message of a topic. */
const processed = (trace: string, topic: string, more: Partial<ToldSpan> = {}): ToldSpan => ({
  trace,
  id: trace,
  service: 'stock',
  name: `process ${trace}`,
  kind: 'consumer',
  at: 0,
  for: 10,
  ...more,
  attributes: { 'messaging.destination.name': topic, ...more.attributes },
});

const messages = tracesOf([
  processed('plain', 'orders'),
  processed('recovered', 'orders', { attributes: { 'tracelink.delivery.attempt': 2 } }),
  processed('lost', 'orders', {
    attributes: { 'tracelink.delivery.attempt': 3 },
    error: 'no',
    events: [{ name: 'tracelink.delivery.dead_letter', at: 9 }],
  }),
  processed('again', 'payments', { links: [{ trace: 'lost', id: 'lost', attributes: { 'tracelink.link.kind': 'origin' } }] }),
  processed('held', 'payments', { error: 'no', events: [{ name: 'tracelink.delivery.circuit_open', at: 9 }] }),
]);

describe('the badges in the list of traces', () => {
  it('tell a trace that recovered from one whose message is in the dead-letter topic, was replayed or opened the circuit', async () => {
    await using studio = await openStudio();
    await studio.send(messages);
    await studio.open('/');
    const { page } = studio;
    await page.locator('.trace-row').nth(4).waitFor();
    const badges = await page
      .locator('.trace-row')
      .evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('a')?.textContent,
          [...row.querySelectorAll('.trace-name .badge')].map((badge) => badge.textContent?.trim()),
        ]),
      );
    expect(Object.fromEntries(badges)).to.deep.equal({
      'process plain': [],
      'process recovered': ['retried'],
      'process lost': ['retried', 'dead letter'],
      'process again': ['replayed'],
      'process held': ['circuit open'],
    });
  });

  it('are filters, as topics are, in the address too', async () => {
    await using studio = await openStudio();
    await studio.send(messages);
    await studio.open('/');
    const { page } = studio;
    const names = async (count: number): Promise<string[]> => {
      await page.waitForFunction((wanted) => document.querySelectorAll('.trace-row').length === wanted, count);
      return (await page.locator('.trace-row a').allTextContents()).sort();
    };
    await names(5);
    await page.getByRole('combobox', { name: 'Topic' }).selectOption('payments');
    expect(await names(2)).to.deep.equal(['process again', 'process held']);
    await page.getByRole('combobox', { name: 'Messages' }).selectOption('circuit open');
    expect(await names(1)).to.deep.equal(['process held']);
    await page.reload();
    expect(await names(1)).to.deep.equal(['process held']);
    expect(await page.getByRole('combobox', { name: 'Messages' }).inputValue()).to.equal('circuit-open');
    await page.getByRole('combobox', { name: 'Topic' }).selectOption('all');
    await page.getByRole('combobox', { name: 'Messages' }).selectOption('dead letter');
    expect(await names(1)).to.deep.equal(['process lost']);
    await page.getByRole('link', { name: 'process lost' }).click();
    await page.waitForURL(`**/traces/${traceId('lost')}`);
  });
});
