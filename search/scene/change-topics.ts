import { setTimeout as pause } from 'node:timers/promises';
import { at } from '../plan/pick.ts';
import type { PlannedRecord, Step } from '../plan/plan.ts';
import type { Scene } from './scene.ts';
import { deliveryTopicName } from '../plan/topic-names.ts';

type TopicChange = Extract<Step, { do: 'recreate' | 'recreate-delivery-topic' | 'add-partitions' | 'delete-records' }>;

/** What an operator does to topics while the group exists. */
export async function changeTopic(scene: Scene, step: TopicChange): Promise<void> {
  const { broker, journal, topics } = scene;
  const source = at(topics, step.topic);
  const admin = await scene.admin();
  switch (step.do) {
    case 'recreate': {
      const ends = Array.from({ length: broker.topic(source).partitions }, (_, partition) => endOf(scene, source, partition));
      await recreate(scene, { topic: source, partitions: step.partitions, gap: step.gap });
      for (let partition = 0; partition < step.partitions; partition++)
        scene.send(source, partition, repeated(step.records, refilled(step.refill, ends[partition] ?? 0)));
      return;
    }
    case 'recreate-delivery-topic': {
      const topic = deliveryTopicName(source, step.deliveryTopic);
      if (broker.topic(topic).partitions > 0) await recreate(scene, { topic, partitions: step.partitions, gap: 0 });
      return;
    }
    case 'add-partitions': {
      const count = broker.topic(source).partitions + step.count;
      await admin.createPartitions({ topicPartitions: [{ topic: source, count }] });
      return;
    }
    case 'delete-records': {
      const partition = step.partition % broker.topic(source).partitions;
      const end = endOf(scene, source, partition);
      const [low = end] = broker
        .topic(source)
        .records(partition)
        .map(({ offset }) => offset);
      const offset = Math.min(low + step.count, end);
      // kafkajs trusts its knowledge of the leaders, and knows only topics that it has requested.
      await admin.fetchTopicOffsets(source);
      // Before: from the moment when the broker does it, no member can get them.
      journal.write({ kind: 'truncated', topic: source, partition, offset });
      await admin.deleteTopicRecords({ topic: source, partitions: [{ partition, offset: String(offset) }] });
    }
  }
}

function endOf({ broker }: Scene, topic: string, partition: number): number {
  return (broker.topic(topic).records(partition).at(-1)?.offset ?? -1) + 1;
}

function refilled(refill: Extract<Step, { do: 'recreate' }>['refill'], before: number): number {
  switch (refill) {
    case 'none':
      return 0;
    case 'fewer':
      return Math.floor(before / 2);
    case 'as-many':
      return before;
    case 'more':
      return before + 3;
  }
}

function repeated(records: readonly PlannedRecord[], count: number): readonly PlannedRecord[] {
  return records.length === 0 ? [] : Array.from({ length: count }, (_, index) => at(records, index));
}

interface Recreated {
  readonly topic: string;
  readonly partitions: number;
  readonly gap: number;
}

async function recreate(scene: Scene, { topic, partitions, gap }: Recreated): Promise<void> {
  const admin = await scene.admin();
  await admin.deleteTopics({ topics: [topic] });
  if (gap > 0) await pause(gap);
  // A topic is not created again within the millisecond in which the last record of the old one was written.
  scene.broker.clock.advance(5);
  scene.journal.write({ kind: 'created', topic });
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
}
