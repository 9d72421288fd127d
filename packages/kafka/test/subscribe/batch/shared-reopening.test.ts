import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('partitions whose batches come with one fetch, when it may have another log', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 4, groupId });

  /** Subscribes, and has a message of each partition handled. The handler of `slow` stands still for so long that all logs are in doubt. */
  async function started(partitions: number): Promise<Collector> {
    const got = new Collector();
    await embedded.started(
      async ({ value }) => {
        const text = String(value);
        got.add(text);
        for (const since = performance.now(); text === 'slow' && performance.now() - since < 200;) await turn();
      },
      { concurrency: { partitions } },
    );
    const firsts = [0, 1, 2, 3].map((partition) => `first ${partition}`);
    for (const [partition, value] of firsts.entries()) embedded.kafka.topic(topic).append(partition, [{ value }]);
    await got.all(...firsts);
    return got;
  }

  /** Appends these to the first partitions: one fetch brings all. */
  async function appended(...batches: readonly (readonly string[])[]): Promise<void> {
    const held = Promise.withResolvers<void>();
    const filled = Promise.withResolvers<void>();
    const release = embedded.kafka.on('Fetch', async (_request, next) => {
      held.resolve();
      await filled.promise;
      return next();
    });
    await held.promise;
    for (const [partition, values] of batches.entries())
      embedded.kafka.topic(topic).append(
        partition,
        values.map((value) => ({ value })),
      );
    release();
    filled.resolve();
  }

  it('are fetched once, though a slow handler puts them in doubt', async () => {
    const got = await started(1);
    await appended(['slow', 'a'], ['slow', 'b'], ['slow', 'c'], ['slow', 'd']);
    const again = new Collector();
    embedded.kafka.on('Fetch', ({ body }, next) => {
      for (const { partition, fetchOffset } of body.topics.flatMap(({ partitions }) => partitions))
        if (Number(fetchOffset) < 3) again.add(`${partition} from ${fetchOffset}`);
      return next();
    });
    await got.all('a', 'b', 'c', 'd');
    expect(again.values).to.deep.equal([]);
  });

  it('all wait for the answer of the broker, though one has asked for all', async () => {
    const got = await started(2);
    await appended(['slow']);
    await got.all('slow');
    const answered = Promise.withResolvers<void>();
    embedded.kafka.fault({ api: 'ListOffsets', times: Infinity }, { hold: answered.promise });
    const asked = embedded.kafka.waitForRequest('ListOffsets');
    await appended(['a'], ['b']);
    await asked;
    expect(got.values.slice(4)).to.deep.equal(['slow']);
    answered.resolve();
    await got.all('a', 'b');
  });
});
