import type { EmbeddedKafka } from '@tracelink/embedded-kafka';
import type { Journal } from '../judge/journal.ts';
import { readRecordValue } from '../plan/record-value.ts';
import { deadLetterTopic, group, retryTopics } from '../plan/topic-names.ts';

/** Records what the brokers see: commits, deleted topics, and records in the dead-letter and retry topics of `sources`. */
export function watchBroker(broker: EmbeddedKafka, sources: readonly string[], journal: Journal): void {
  watchCommits(broker, journal);
  // At the moment when the broker does it: until then it accepts commits, which are deleted with the topic.
  broker.on('DeleteTopics', (request, next) => {
    for (const topic of request.body.topicNames) journal.write({ kind: 'deleted', topic });
    return next();
  });
  const targets = new Map<string, 'dead-lettered' | 'delayed'>();
  for (const source of sources) {
    targets.set(deadLetterTopic(source), 'dead-lettered');
    for (const name of retryTopics(source)) targets.set(name, 'delayed');
  }
  /** By topic and partition, the number of recorded records. */
  const seen = new Map<string, number>();
  journal.onEntry((entry) => {
    if (entry.kind === 'created') for (const key of seen.keys()) if (key.startsWith(`${entry.topic}/`)) seen.delete(key);
  });
  broker.on('Produce', async (request, next) => {
    const answer = await next();
    for (const { name: topic, partitionData } of request.body.topicData) {
      const kind = targets.get(topic);
      if (kind === undefined) continue;
      for (const { index: partition } of partitionData) {
        if (partition >= broker.topic(topic).partitions) continue;
        const records = broker.topic(topic).records(partition);
        const key = `${topic}/${partition}`;
        for (const { offset, value } of records.slice(seen.get(key) ?? 0)) {
          const id = readRecordValue(value)?.id;
          if (id !== undefined) journal.write({ kind, id, topic, partition, offset });
        }
        seen.set(key, records.length);
      }
    }
    return answer;
  });
}

function watchCommits(broker: EmbeddedKafka, journal: Journal): void {
  broker.on('OffsetCommit', async (request, next) => {
    const { groupId, topics } = request.body;
    if (groupId !== group) return next();
    const asked = topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partitionIndex: partition, committedOffset }) => ({ topic, partition, offset: Number(committedOffset) })),
    );
    for (const place of asked) journal.write({ kind: 'committing', ...place });
    const answer = await next();
    for (const { name, partitions } of answer?.topics ?? []) {
      for (const { partitionIndex, errorCode } of partitions) {
        const place = asked.find(({ topic, partition }) => topic === name && partition === partitionIndex);
        if (place !== undefined && errorCode === 0) journal.write({ kind: 'committed', ...place });
      }
    }
    return answer;
  });
}
