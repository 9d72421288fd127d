import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';

describe('a commit that fails at the end of a batch', () => {
  it('keeps blocked partitions blocked, and does not deliver their records again', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 2 } });
    const handled = new Collector<string>();
    const blocked = new Collector<string>();
    const subscription = await subscribe(
      new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20, retries: 5 } }),
      {
        groupId: 'packing',
        topics: ['orders'],
        fromBeginning: true,
        deadLetter: false,
        retry: { attempts: 1 },
        consumer: { maxWaitTimeInMs: 20 },
        handler: ({ value }) => {
          handled.add(String(value));
          if (String(value) === 'poison') throw new Error('no');
        },
      },
    );
    subscription.on('blocked', ({ offset }) => blocked.add(offset));
    const refused = kafka.fault({ api: 'OffsetCommit', times: 3 }, { error: 'COORDINATOR_LOAD_IN_PROGRESS' });
    kafka.topic('orders').append(0, [{ value: 'good' }, { value: 'poison' }]);
    await blocked.until((all) => all.length > 0);
    expect(subscription.health()).to.include({ ok: false });
    kafka.topic('orders').append(1, [{ value: 'next' }]);
    await handled.until((all) => all.includes('next'));
    refused.remove();
    kafka.topic('orders').append(1, [{ value: 'last' }]);
    await handled.until((all) => all.includes('last'));
    expect(handled.values.filter((value) => value === 'poison')).to.deep.equal(['poison']);
    expect(blocked.values).to.deep.equal(['1']);
    await subscription.drain();
  });
});
