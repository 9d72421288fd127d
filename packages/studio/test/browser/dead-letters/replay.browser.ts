import { expect } from 'chai';
import type { ReplayReport } from '@tracelink/studio';
import { orderTraces } from '../../support/order-flow.ts';
import { traceId } from '../../support/otlp.ts';
import { deadLetterTopic, shopBroker, type ShopBroker } from '../support/shop-broker.ts';
import { openStudio } from '../support/studio-page.ts';

const topic = `/dead-letters/${deadLetterTopic}`;

/** The keys of what was sent to the topic that the letters came from. */
function sent({ kafka }: ShopBroker): string[] {
  return kafka
    .topic('orders')
    .records(0)
    .map(({ key }) => String(key));
}

describe('a replay from the page', () => {
  it('sends what a dry run has shown, and says what it did', async () => {
    await using broker = await shopBroker(
      [{ key: '1' }, { key: '2', error: 'TypeError' }, { key: '3', error: 'TypeError', headers: { 'tracelink-original-topic': 'gone' } }],
      { allowReplay: true },
    );
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`${topic}?errorClass=TypeError`);
    const panel = page.getByRole('region', { name: 'Replay' });
    const send = panel.getByRole('button', { name: /^Replay/ });
    expect(await send.getAttribute('aria-disabled')).to.equal('true');
    await send.dispatchEvent('click');
    await panel.getByRole('button', { name: 'Dry run of these records' }).click();
    await panel.getByText('The dry run has ended: nothing was sent.').waitFor();
    await panel.getByText(/would be replayed 1, not selected 1, without a place to go 1: ended at the end/).waitFor();
    await panel.getByRole('listitem').filter({ hasText: '0/1 to orders, TypeError' }).waitFor();
    await panel.getByRole('listitem').filter({ hasText: '0/2 the topic that it came from, "gone", does not exist' }).waitFor();
    expect(sent(broker)).to.deep.equal([]);
    await panel.getByRole('button', { name: 'Replay 1' }).click();
    await panel.getByText('The replay has ended.').waitFor();
    await panel.getByText(/^replayed 1, not selected 1/).waitFor();
    await panel.getByText('The replay has no trace').waitFor();
    expect(sent(broker)).to.deep.equal(['2']);
    // What was sent is not sent by the next one.
    await panel.getByRole('button', { name: 'Dry run of these records' }).click();
    await panel.getByText(/would be replayed 0/).waitFor();
    await panel.getByText('There is nothing to send.').waitFor();
    expect(await send.getAttribute('aria-disabled')).to.equal('true');
  });

  it('sends one record from its own page', async () => {
    await using broker = await shopBroker([{ key: '1' }, { key: '2', trace: 'order' }], { allowReplay: true });
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(`${topic}/0/1`);
    await page.getByRole('button', { name: 'Dry run of this record' }).click();
    await page.getByRole('button', { name: 'Replay 1' }).click();
    await page.getByText('The replay has ended.').waitFor();
    expect(await page.getByRole('link', { name: 'the record carries its own on' }).getAttribute('href')).to.equal(
      `/traces/${traceId('order')}`,
    );
    expect(sent(broker)).to.deep.equal(['2']);
  });

  it('is a dry run where the studio is read only', async () => {
    await using broker = await shopBroker([{ key: '1' }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open(topic);
    await page.getByText('Read only: the studio was started without --allow-replay.').waitFor();
    await page.getByRole('button', { name: 'Dry run of all records' }).click();
    await page.getByText(/would be replayed 1/).waitFor();
    expect(await page.getByRole('button', { name: /^Replay/ }).count()).to.equal(0);
  });

  it('says that the broker has gone', async () => {
    await using broker = await shopBroker([{ key: '1' }]);
    await using studio = await openStudio(broker.providers);
    await studio.open(topic);
    await studio.page.getByRole('button', { name: 'Dry run of all records' }).waitFor();
    await broker.kafka.stop();
    await studio.page.getByRole('button', { name: 'Dry run of all records' }).click();
    await studio.page.getByText(/ECONNREFUSED/).waitFor();
  });

  it('shows how far it is until it is stopped, and leads to the trace that it made', async () => {
    await using broker = await shopBroker([{ key: '1' }], { allowReplay: true });
    let aborted = 0;
    const report = {
      dryRun: true,
      ended: 'at the end',
      counts: { replayed: 1 },
      sent: [],
      problems: [],
      notes: ['Mind the gap'],
      durationMs: 1,
    };
    const { deadLetters } = broker.providers;
    await using studio = await openStudio({
      deadLetters: {
        canReplay: true,
        topics: (signal) => deadLetters.topics(signal),
        read: (name, reading) => deadLetters.read(name, reading),
        record: (address, signal) => deadLetters.record(address, signal),
        replay: ({ dryRun }, { signal, progress }): Promise<ReplayReport> => {
          if (aborted > 0) return Promise.resolve({ ...report, dryRun, traceId: dryRun ? undefined : traceId('order') });
          progress('12 read, 3 to send');
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted += 1;
              reject(signal.reason as Error);
            });
          });
        },
      },
    });
    await studio.send(orderTraces);
    const { page } = studio;
    await studio.open(topic);
    const dryRun = page.getByRole('button', { name: 'Dry run of all records' });
    await dryRun.click();
    await page.getByText('The dry run is running … 12 read, 3 to send').waitFor();
    // A second press starts nothing.
    await dryRun.dispatchEvent('click');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. 12 read, 3 to send').waitFor();
    await dryRun.click();
    await page.getByText('Mind the gap').waitFor();
    expect(aborted).to.equal(1);
    await page.getByRole('button', { name: 'Replay 1' }).click();
    await page.getByRole('link', { name: 'Open the trace of the replay' }).click();
    await page
      .getByRole('heading', { name: /POST \/orders/ })
      .first()
      .waitFor();
  });
});
