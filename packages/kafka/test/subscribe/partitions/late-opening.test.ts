import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('an assignment that ends before the broker has said where its partitions continue', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  it('commits nothing when the answer comes, so that no commit of the next assignment goes back', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
    let isJoined = false;
    void broker.waitForRequest('SyncGroup').then(() => (isJoined = true));
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const makeAdmin = kafka.admin.bind(kafka);
    kafka.admin = () => {
      const admin = makeAdmin();
      const fetchOffsets = admin.fetchOffsets.bind(admin);
      // The answer to the first assignment is late, as from a coordinator that is being replaced.
      admin.fetchOffsets = async (query) => {
        const answer = await fetchOffsets(query);
        if (!isJoined) return answer;
        admin.fetchOffsets = fetchOffsets;
        asked.resolve();
        await released.promise;
        return answer;
      };
      return admin;
    };
    const commits = new Collector<bigint>();
    broker.on('OffsetCommit', (request, next) => {
      for (const { partitions } of request.body.topics) for (const { committedOffset } of partitions) commits.add(BigInt(committedOffset));
      return next();
    });
    const joining = subscribe(kafka, {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 50 },
      commitInterval: 5,
      handler: () => {},
    });
    await asked.promise;
    await broker.group('g').reaches('Stable');
    broker.group('g').triggerRebalance();
    await using _ = await joining;
    for (let offset = 0n; offset < 20n; offset++) {
      broker.topic('orders').append(0, [{ value: String(offset) }]);
      await commits.until((all) => all.includes(offset + 1n));
      released.resolve();
    }
    expect(commits.values.filter((offset, index) => index > 0 && offset < (commits.values[index - 1] as bigint))).to.deep.equal([]);
  });
});
