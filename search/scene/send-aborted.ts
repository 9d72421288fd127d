import { Partitioners } from 'kafkajs';
import { at } from '../plan/pick.ts';
import type { Step } from '../plan/plan.ts';
import { writeRecordValue } from '../plan/record-value.ts';
import type { Scene } from './scene.ts';

/** Sends records in a transaction and aborts it. */
export async function sendAborted(
  { operator, broker, topics, journal, nextId }: Scene,
  { topic: number, partition, count }: Extract<Step, { do: 'send-aborted' }>,
): Promise<void> {
  const topic = at(topics, number);
  const ids = Array.from({ length: count }, () => nextId());
  for (const id of ids) journal.write({ kind: 'aborted', id });
  const producer = operator.producer({
    transactionalId: `aborts-${ids[0]}`,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    const messages = ids.map((id) => ({
      key: 'key 0',
      value: writeRecordValue({ id, fate: 'fine' }),
      partition: partition % broker.topic(topic).partitions,
    }));
    await transaction.send({ topic, messages });
    await transaction.abort();
  } finally {
    await producer.disconnect();
  }
}
