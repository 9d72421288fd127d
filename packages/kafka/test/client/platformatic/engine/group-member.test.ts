import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { platformaticEngine } from '../../../../src/client/platformatic/engine/engine-clients.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const topic = 'orders';

describe('a member of a group on @platformatic/kafka', () => {
  it('waits before it hands over again what a batch has not resolved', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    // No fetch waits for records: there are more.
    for (const value of ['1', '2', '3', '4']) kafka.topic(topic).append(0, [{ value }]);
    const clients = platformaticEngine.clients(platformaticKafka.clients(kafka.brokers) as object, 'subscribe');
    const member = clients.member({ groupId: 'packing', concurrency: 1, options: { maxBytesPerPartition: 1 } });
    const begun = new Collector<number>();
    const ignore = (): void => {};
    await member.join([topic], {
      assigned: (_, [place]) => place !== undefined && member.seek(place, '0'),
      batch: async () => begun.add(performance.now()),
      passedEmpty: ignore,
      confirmed: ignore,
      suspected: ignore,
      replaced: ignore,
      unreadable: ignore,
      unreadTopics: ignore,
      crashed: ignore,
    });
    await begun.until((times) => times.length === 6);
    await member.disconnect();
    const [first = 0, last = 0] = [begun.values[0], begun.values[5]];
    // Five times 50 ms; a timer may be a millisecond early.
    expect(last - first).to.be.at.least(240);
  });
});
