import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { TestKafka } from './kafka.ts';

/** What operators do to topics. */
export interface TestTopics {
  readonly admin: () => Promise<Admin>;
  /** Deletes a topic and creates it again under its name. */
  readonly recreate: (topic: string, partitions?: number) => Promise<void>;
  /** Moves the log start offset of partition 0: earlier records are removed. */
  readonly removeBefore: (topic: string, offset: number) => Promise<void>;
}

/** Call it inside `describe`, after `useKafka`. */
export function useTopics(kafka: TestKafka): TestTopics {
  let connected: Admin | undefined;
  afterEach('disconnect the admin client', async () => {
    await connected?.disconnect();
    connected = undefined;
  });
  const admin = async (): Promise<Admin> => {
    if (connected === undefined) {
      connected = kafka.client().admin({ retry: { retries: 5, initialRetryTime: 100 } });
      await connected.connect();
    }
    return connected;
  };
  return {
    admin,
    async recreate(topic, numPartitions = 1) {
      const client = await admin();
      await client.deleteTopics({ topics: [topic] });
      // A broker takes time to forget the name.
      while ((await client.listTopics()).includes(topic)) await pause(20);
      // Not every broker sees immediately what another has created.
      while (!(await client.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false }))) await pause(20);
      while ((await client.fetchTopicOffsets(topic).catch(() => [])).length !== numPartitions) await pause(20);
    },
    async removeBefore(topic, offset) {
      const client = await admin();
      // kafkajs must have requested the topic's metadata before.
      await client.fetchTopicOffsets(topic);
      await client.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    },
  };
}
