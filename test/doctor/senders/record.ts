import { Consumer } from '@platformatic/kafka';
import type { KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import type { Command } from '../../clients/support/client.ts';
import { run } from '../../clients/support/run.ts';
import { kept } from '../../dead-letters/fixture.ts';
import type { Fixture, Run, SentRecord } from './fixture.ts';
import type { Sender } from './senders.ts';

/** How long a program may take to start, send and end. */
const limitMs = 90_000;

/** Runs a sender in each of its ways and keeps what it wrote. */
export async function recordSender(sender: Sender, command: Command, kafka: KafkaUnderTest, signal: AbortSignal): Promise<Fixture> {
  const runs: Run[] = [];
  for (const [way, variables] of Object.entries(sender.ways)) {
    signal.throwIfAborted();
    runs.push({ way, records: await sent(command, { ...variables, SENDER_WAY: way }, kafka) });
  }
  return { sender: sender.title, versions: sender.versions(), broker: kafka.name, date: new Date().toISOString().slice(0, 10), runs };
}

async function sent(command: Command, variables: Readonly<Record<string, string>>, kafka: KafkaUnderTest): Promise<SentRecord[]> {
  const [into, topic] = [await kafka.createTopic(), await kafka.createTopic()];
  const client = new Kafka({ clientId: 'witness', brokers: kafka.brokers, logLevel: logLevel.ERROR });
  await send(client, into);
  const env = {
    ...process.env,
    ...command.env,
    ...variables,
    SENDER_BROKERS: kafka.brokers.join(','),
    SENDER_IN: into,
    SENDER_TOPIC: topic,
  };
  const { how, stdout, stderr } = await run({ ...command, env }, limitMs);
  if (how !== 'ended with 0') throw new Error(`it ${how}:\n${`${stdout}\n${stderr}`.trim().slice(-2_000)}`);
  return read(kafka.brokers, topic, await count(client, topic));
}

/** A record that no one traced, for programs that send on. */
async function send(client: Kafka, topic: string): Promise<void> {
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: 'order-1', value: 'tea', headers: { tenant: 'acme' } }] });
  await producer.disconnect();
}

async function count(client: Kafka, topic: string): Promise<number> {
  const admin = client.admin();
  await admin.connect();
  const [end] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const records = Number(end?.high ?? 0);
  if (records === 0) throw new Error('it wrote nothing');
  return records;
}

/** By a client that gives headers in their order, with repeats and nulls. */
async function read(brokers: string[], topic: string, records: number): Promise<SentRecord[]> {
  const consumer = new Consumer({ clientId: 'witness', groupId: `witness-${topic}`, bootstrapBrokers: brokers });
  const found: SentRecord[] = [];
  try {
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    for await (const { key, value, headerEntries } of stream) {
      found.push({
        key: kept(key),
        value: kept(value),
        headers: headerEntries.map(([name, header]) => [name.toString(), kept(header)] as const),
      });
      if (found.length === records) break;
    }
  } finally {
    await consumer.close(true);
  }
  return found;
}
