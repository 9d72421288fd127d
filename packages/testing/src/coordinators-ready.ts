import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const deadline = 30_000;
const pause = 100;

/**
 * Resolves when the broker's coordinators of groups and of transactions answer. A new broker makes the topics that they live
 * in at the first request for them and refuses until those are loaded: clients that may not retry would fail at random.
 *
 * @throws the broker's last refusal after half a minute
 */
export async function coordinatorsReady(brokers: string[]): Promise<void> {
  const kafka = new Kafka({ clientId: 'kafka-under-test', brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ transactionalId: `ready-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true });
  const until = performance.now() + deadline;
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await untilAnswered(until, () => admin.fetchOffsets({ groupId: `ready-${randomUUID()}` }));
    await untilAnswered(until, async () => (await producer.transaction()).abort());
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

async function untilAnswered(until: number, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await setTimeout(pause);
    }
  }
}
