import { EmbeddedKafka, type ApiName } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../src/subscribe/index.ts';
import { Collector } from '../support/collector.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('subscribe, while nodes of the cluster die', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  const asked: readonly ApiName[] = ['Metadata', 'DescribeConfigs', 'CreateTopics', 'FindCoordinator', 'OffsetFetch', 'ListOffsets'];
  for (const api of asked)
    it(`starts when the connections of two ${api} requests are lost`, async () => {
      await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
      const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });
      broker.topic('orders').append(0, [{ value: 'a' }]);
      const lost = broker.fault({ api, times: 2 }, { drop: 'before' });
      const got = new Collector();
      const subscription = await subscribe(kafka, {
        groupId: 'g',
        topics: ['orders'],
        fromBeginning: true,
        retryTopics: { delays: ['1s'] },
        handler: ({ value }) => got.add(String(value)),
      });
      await got.all('a');
      await subscription.drain();
      expect(lost.hits).to.equal(2);
    });
});
