import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

describe('the log directory of a broker', () => {
  let kafka: EmbeddedKafka;

  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 3, shipments: 1 } });
  });
  afterEach(() => kafka.stop());

  it('lists the partitions that the broker leads, all of them when no topic is named', async () => {
    kafka.topic('orders').append(1, [{ value: 'v' }]);
    const held = await Promise.all(
      kafka.brokers.map(async (broker) => {
        const { errorCode, results } = await ask(broker, 'DescribeLogDirs', 4, { topics: null });
        expect(errorCode).to.equal(errorCodes.NONE);
        expect(results).to.have.length(1);
        return (results[0]?.topics ?? []).flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, partitionSize }) => [`${name}-${partitionIndex}`, partitionSize > 0]),
        );
      }),
    );
    expect(held).to.deep.equal([
      [
        ['orders-0', false],
        ['orders-2', false],
      ],
      [
        ['orders-1', true],
        ['shipments-0', false],
      ],
    ]);
  });

  it('returns the error of a fault, for the whole request or for a requested topic', async () => {
    const [broker = ''] = kafka.brokers;
    kafka.fault({ api: 'DescribeLogDirs', topic: 'orders' }, { error: 'CLUSTER_AUTHORIZATION_FAILED' });
    kafka.fault({ api: 'DescribeLogDirs' }, { error: 'KAFKA_STORAGE_ERROR' });
    const named = await ask(broker, 'DescribeLogDirs', 3, { topics: [{ topic: 'orders', partitions: [0] }] });
    expect(named.errorCode).to.equal(errorCodes.CLUSTER_AUTHORIZATION_FAILED);
    // Version 2 has no top-level error.
    const { results } = await ask(broker, 'DescribeLogDirs', 2, { topics: null });
    expect(results.map(({ errorCode, topics }) => [errorCode, topics])).to.deep.equal([[errorCodes.KAFKA_STORAGE_ERROR, []]]);
    kafka.assertNoPendingFaults();
  });
});
