import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { useChannels } from '../../support/telemetry/channels.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a partition with several keys in flight', () => {
  const channels = useChannels();

  it('waits for resume() when a verdict is stop, though a write for another key is repeated by itself', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    const refused = kafka.fault({ api: 'Produce', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const got = new Collector();
    let isFixed = false;
    await using subscription = await subscribe(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20 },
      concurrency: { keys: 2 },
      retry: { attempts: 1, backoff: { initial: 20, jitter: 0, max: 20 } },
      classify: (error) => ((error as Error).message === 'stop' ? 'stop' : 'dead-letter'),
      handler: async ({ value }) => {
        const text = String(value);
        got.add(text);
        if (isFixed) return;
        // Until the write for the other one was refused.
        if (text === 'stop') await channels.ended('tracelink:kafka:attempt', 1);
        throw new Error(text);
      },
    });
    const blocked = new Collector<object>();
    subscription.on('blocked', (partition) => blocked.add(partition));
    const dead = new Collector();
    subscription.on('dead-letter', ({ offset }) => dead.add(offset));
    kafka.topic(topic).append(0, [
      { key: 'a', value: 'poison' },
      { key: 'b', value: 'stop' },
    ]);
    await blocked.until(({ length }) => length > 0);
    expect(blocked.values[0]).to.include({ offset: '1', reason: 'classified', resumesAt: undefined });
    refused.remove();
    isFixed = true;
    subscription.resume();
    await dead.all('0');
    await got.until((all) => all.filter((value) => value === 'stop').length === 2);
    expect(got.values.filter((value) => value === 'poison')).to.have.length(1);
  });
});
