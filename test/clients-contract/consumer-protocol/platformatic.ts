import { Consumer, stringDeserializers } from '@platformatic/kafka';
import type { ConsumerProtocolClient } from './group-member.ts';

/** Platformatic's client, which says all that it knows in each heartbeat. */
export const platformatic: ConsumerProtocolClient = {
  name: '@platformatic/kafka',
  followsChangedTopics: false,
  check: () => {},
  async join(member, { brokers, groupId, topic }) {
    const consumer = new Consumer({
      clientId: 'consumer-protocol',
      bootstrapBrokers: brokers,
      groupId,
      groupProtocol: 'consumer',
      deserializers: stringDeserializers,
      autocommit: false,
      maxWaitTime: 100,
      retryDelay: 50,
      metadataMaxAge: 500,
    });
    member.closesBy(() => consumer.close(true));
    // It has no event for a change: what it has is looked up before and after each heartbeat, which tells the broker.
    const now = (): number[] => (consumer.assignments ?? []).flatMap(({ partitions }) => partitions);
    const release = (): void => {
      const gone = member.partitions.filter((one) => !now().includes(one));
      if (gone.length > 0) member.revoked(gone);
    };
    const look = (): void => {
      release();
      const added = now().filter((one) => !member.partitions.includes(one));
      if (added.length > 0) member.assigned(added);
    };
    member.looksBy(release);
    consumer.on('consumer:heartbeat:start', look);
    consumer.on('consumer:heartbeat:end', look);
    const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
    stream.on('data', ({ value }) => member.got(value));
    return { commit: (partition, offset) => consumer.commit({ offsets: [{ topic, partition, offset: BigInt(offset), leaderEpoch: -1 }] }) };
  },
};
