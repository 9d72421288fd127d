import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { TestKafka } from './kafka.ts';

/** What operators do to topics. */
export interface TestTopics {
  readonly admin: () => Promise<Admin>;
  /** Deletes a topic and creates it again under its name. */
  readonly recreate: (topic: string, partitions?: number) => Promise<void>;
  /** Moves the beginning of partition 0: what is before it is gone. */
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
      // A broker takes its time to forget the name.
      while ((await client.listTopics()).includes(topic)) await pause(20);
      // Nor does each see at once what another has created.
      while (!(await client.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false }))) await pause(20);
      while ((await client.fetchTopicOffsets(topic).catch(() => [])).length !== numPartitions) await pause(20);
    },
    async removeBefore(topic, offset) {
      const client = await admin();
      // kafkajs has to have asked for the topic before.
      await client.fetchTopicOffsets(topic);
      await client.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    },
  };
}
