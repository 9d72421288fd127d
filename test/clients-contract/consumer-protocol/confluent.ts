import { createRequire } from 'node:module';
import type { ConsumerProtocolClient } from './group-member.ts';

interface Library {
  readonly KafkaJS: {
    readonly Kafka: new (config: object) => { consumer(config: object): Consumer };
    readonly logLevel: { readonly NOTHING: number };
  };
}

interface Consumer {
  connect(): Promise<void>;
  subscribe(what: { topics: string[] }): Promise<void>;
  run(config: { eachMessage: (payload: { message: { value: Buffer } }) => Promise<void> }): Promise<void>;
  commitOffsets(offsets: { topic: string; partition: number; offset: string }[]): Promise<void>;
  disconnect(): Promise<void>;
}

/** librdkafka's code for an event that gives partitions; the other one takes them. */
const assignCode = -175;

const load = (): Library => createRequire(import.meta.url)('@confluentinc/kafka-javascript') as Library;

/** Confluent's client, which is librdkafka: its group's timeouts are the broker's. */
export const confluent: ConsumerProtocolClient = {
  name: '@confluentinc/kafka-javascript',
  followsChangedTopics: true,
  check: () => void load(),
  async join(member, { brokers, groupId, topic }) {
    const { KafkaJS } = load();
    const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers, logLevel: KafkaJS.logLevel.NOTHING } });
    const consumer = kafka.consumer({
      'group.id': groupId,
      'group.protocol': 'consumer',
      'auto.offset.reset': 'earliest',
      'enable.auto.commit': false,
      // By default it asks for a topic so that a broker creates it, and brings a deleted one back with one partition.
      'allow.auto.create.topics': false,
      // A recreated topic is found by its id, which the client asks for as often as this.
      'topic.metadata.refresh.interval.ms': 500,
      rebalance_cb: ({ code }: { code: number }, partitions: { partition: number }[]) => {
        const numbers = partitions.map(({ partition }) => partition);
        if (code === assignCode) member.assigned(numbers);
        else member.revoked(numbers);
      },
    });
    await consumer.connect();
    member.closesBy(() => consumer.disconnect());
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ eachMessage: async ({ message }) => member.got(message.value.toString()) });
    return { commit: (partition, offset) => consumer.commitOffsets([{ topic, partition, offset }]) };
  },
};
