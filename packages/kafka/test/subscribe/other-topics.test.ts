import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe, type Subscription } from '../../src/subscribe/index.ts';

describe('a group whose members subscribe to different topics', () => {
  it('logs which topics are assigned to a member that does not read them', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 2, returns: 2 } });
    const told = Promise.withResolvers<readonly [text: string, fields: object]>();
    const start = (topic: string): Promise<Subscription> =>
      subscribe(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } }), {
        groupId: 'packing',
        topics: [topic],
        deadLetter: false,
        handler: () => {},
        log: { info: () => {}, warn: (fields, text) => told.resolve([text, fields]) },
      });
    const first = await start('orders');
    const second = await start('returns');
    expect(await told.promise).to.deep.equal([
      'Members of the group read different topics: no member reads the partitions of these that were assigned here',
      { topics: ['orders'] },
    ]);
    await Promise.all([first.drain(), second.drain()]);
  });
});
