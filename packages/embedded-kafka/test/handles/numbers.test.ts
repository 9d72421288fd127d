import { expect } from 'chai';
import { EmbeddedKafka, EmbeddedKafkaError } from '../../src/index.ts';

describe('an invalid number', () => {
  let kafka: EmbeddedKafka;

  before(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
  });
  after(() => kafka.stop());

  const calls: Readonly<Record<string, (value: never) => unknown>> = {
    brokers: (value) => EmbeddedKafka.start({ brokers: value }),
    port: (value) => EmbeddedKafka.start({ port: value }),
    defaultPartitions: (value) => EmbeddedKafka.start({ defaultPartitions: value }),
    "topics['orders']": (value) => EmbeddedKafka.start({ topics: { orders: value } }),
    nodeId: (value) => kafka.broker(value),
    downMs: (value) => kafka.broker(1).restart({ downMs: value }),
    partition: (value) => kafka.topic('orders').records(value),
    'the partition of append': (value) => kafka.topic('orders').append(value, [{ value: 'v' }]),
    timestamp: (value) => kafka.topic('orders').append(0, [{ value: 'v', timestamp: value }]),
    'the nodeId of moveLeader': (value) => kafka.topic('orders').moveLeader(0, value),
    'the nodeId of moveCoordinator': (value) => kafka.group('g').moveCoordinator(value),
    'the partition of a fault': (value) => kafka.fault({ api: 'Fetch', partition: value }, { silence: true }),
    'the nodeId of a fault': (value) => kafka.fault({ api: 'Fetch', nodeId: value }, { silence: true }),
    'the delay of a fault': (value) => kafka.fault({ api: 'Fetch' }, { delayMs: value }),
    'the times of a fault': (value) => kafka.fault({ api: 'Fetch', times: value }, { silence: true }),
    'ms of the clock': (value) => kafka.clock.advance(value),
  };
  const none: readonly unknown[] = ['0', '1', NaN, -2, Infinity, null, 1n];

  for (const [name, call] of Object.entries(calls)) {
    it(`is rejected as ${name}, without any effect`, async () => {
      // `times: Infinity` is valid.
      for (const value of name.startsWith('the times') ? none.filter((each) => each !== Infinity) : none) {
        const attempt = Promise.resolve().then(() => call(value as never));
        const error: unknown = await attempt.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error, String(value)).to.be.instanceOf(EmbeddedKafkaError).and.include({ code: 'invalid_option' });
      }
      expect(kafka.topic('orders').records(0)).to.deep.equal([]);
    });
  }

  it('is not -1 as a timestamp, which means no timestamp', () => {
    const topic = kafka.topic('orders');
    topic.append(0, [{ value: 'v', timestamp: -1 }]);
    expect(topic.records(0).at(-1)?.timestamp).to.equal(-1);
  });

  it('is a first port that leaves too few ports for all brokers', async () => {
    const started = EmbeddedKafka.start({ brokers: 3, port: 65_534 });
    expect(await started.catch((error: unknown) => (error as Error).message)).to.equal(
      'port must be a whole number from 0 to 65533, not 65534',
    );
  });
});
