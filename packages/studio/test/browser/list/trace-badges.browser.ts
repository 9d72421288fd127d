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
    // By their names: a list of as many others may still stand there.
    const shows = async (names: readonly string[]): Promise<void> => {
      await page.waitForFunction(
        (wanted) =>
          [...document.querySelectorAll('.trace-row a')]
            .map((link) => link.textContent)
            .sort()
            .join() === wanted,
        names.map((name) => `process ${name}`).join(),
      );
    };
    await shows(['again', 'held', 'lost', 'plain', 'recovered']);
    await page.getByRole('combobox', { name: 'Topic' }).selectOption('payments');
    await shows(['again', 'held']);
    await page.getByRole('combobox', { name: 'Messages' }).selectOption('circuit open');
    await shows(['held']);
    await page.reload();
    await shows(['held']);
    expect(await page.getByRole('combobox', { name: 'Messages' }).inputValue()).to.equal('circuit-open');
    await page.getByRole('combobox', { name: 'Topic' }).selectOption('all');
    await page.getByRole('combobox', { name: 'Messages' }).selectOption('dead letter');
    await shows(['lost']);
    await page.getByRole('link', { name: 'process lost' }).click();
    await page.waitForURL(`**/traces/${traceId('lost')}`);
  });
});
