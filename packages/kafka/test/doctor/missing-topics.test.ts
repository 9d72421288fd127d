import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { diagnose } from '../../src/doctor/diagnose.ts';

describe('diagnose, of topics that are not there', () => {
  it('leaves a topic out that is deleted while it asks for the ends, unless it was named', async () => {
    await using deleting = await EmbeddedKafka.start({ topics: { gone: 1, orders: 1 } });
    const away = new Kafka({ brokers: deleting.brokers, logLevel: logLevel.NOTHING, retry: { retries: 1 } });
    const look = async (topics?: readonly string[]): Promise<unknown> => {
      deleting.fault({ api: 'ListOffsets', topic: 'gone' }, { delayMs: 500 });
      const looking = diagnose(away, topics === undefined ? {} : { topics }).catch((error: unknown) => error);
      await deleting.waitForRequest('ListOffsets');
      const deletes = away.admin();
      await deletes.connect();
      await deletes.deleteTopics({ topics: ['gone'] });
      const found = await looking;
      await deletes.createTopics({ topics: [{ topic: 'gone' }] });
      await deletes.disconnect();
      return found;
    };
    const found = (await look()) as Awaited<ReturnType<typeof diagnose>>;
    expect([found.healthy, found.topics.map(({ topic }) => topic)]).to.deep.equal([true, ['orders']]);
    expect(await look(['gone', 'orders'])).to.include({ code: 'topic_missing' });
  });

  it('rejects where it can see no topic', async () => {
    await using empty = await EmbeddedKafka.start();
    const away = new Kafka({ brokers: empty.brokers, logLevel: logLevel.NOTHING });
    const error: unknown = await diagnose(away).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'topic_missing' });
    expect((error as Error).message).to.include('DESCRIBE');
  });
});
