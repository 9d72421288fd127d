import { Admin, type BrokerLogDirDescription } from '@platformatic/kafka';
import { expect } from 'chai';
import { only, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: log directories', () => {
  const kafka = useKafka();
  let admin: Admin;

  beforeEach('connect an admin that can ask', () => {
    admin = new Admin({ clientId: 'contract', bootstrapBrokers: [kafka.broker()] });
  });
  afterEach('close it', () => admin.close());

  /** The description of the only log directory of the first broker. */
  async function described(topics: readonly { name: string; partitions: number[] }[]): Promise<BrokerLogDirDescription['results'][number]> {
    const [broker] = await admin.describeLogDirs({ topics: [...topics] });
    return only(broker?.results ?? []);
  }

  it('describes each partition with the size of its records in bytes', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const connection = await kafka.connection();
    const sizes = async (): Promise<readonly bigint[]> => {
      const { topics } = await described([{ name: topic, partitions: [0, 1] }]);
      const { name, partitions } = only(topics);
      expect(name).to.equal(topic);
      return partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex).map(({ partitionSize }) => BigInt(partitionSize));
    };
    expect(await sizes()).to.deep.equal([0n, 0n]);
    const batch = [{ key: 'k', value: 'a value', timestamp: '1700000000000' }];
    await produceBatch(connection, topic, batch, { partition: 1 });
    const [empty, one = 0n] = await sizes();
    // A batch header of 61 bytes, and one record.
    expect([empty, one]).to.deep.equal([0n, 76n]);
    await produceBatch(connection, topic, batch, { partition: 1 });
    expect(await sizes()).to.deep.equal([0n, 2n * one]);
  });

  it('leaves out partitions and topics that do not exist', async () => {
    const topic = await kafka.createTopic();
    const { topics } = await described([
      { name: topic, partitions: [0, 7] },
      { name: kafka.topicName(), partitions: [0] },
    ]);
    const held = topics.flatMap(({ name, partitions }) => partitions.map((partition) => ({ name, ...partition })));
    expect(only(held)).to.include({ name: topic, partitionIndex: 0, isFutureKey: false });
    expect(BigInt(only(held).offsetLag)).to.equal(0n);
  });
});
