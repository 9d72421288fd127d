import { trace, type SpanContext } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { Consumer } from '@platformatic/kafka';
import { wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import type { KafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import type { Command } from '../clients/support/client.ts';
import { startProgram } from '../hops/run/program.ts';
import { kept, type Fixture, type KeptRecord, type Source } from './fixture.ts';
import { out, type Software } from './software.ts';

/** How long a program may take to start, join its group and fail. */
const patience = 60_000;

/** Sends a record to the software, which fails at it, and keeps the dead-letter records. */
export async function recordDeadLetters(
  software: Software,
  command: Command,
  kafka: KafkaUnderTest,
  signal: AbortSignal,
): Promise<Fixture> {
  const topic = `orders.${software.name}`;
  const group = `packing.${software.name}`;
  const deadLetterTopics = software.deadLetterTopics(topic);
  const client = new Kafka({ clientId: 'sender', brokers: kafka.brokers, logLevel: logLevel.ERROR });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [topic, ...deadLetterTopics].map((each) => ({ topic: each, numPartitions: 1 })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  const source = await send(client, topic);
  await using program = startProgram(command, {
    LETTERS_BROKERS: kafka.brokers.join(','),
    LETTERS_GROUP: group,
    LETTERS_TOPIC: topic,
    LETTERS_OUT: out(topic)[0] ?? '',
  });
  const found = await Promise.race([read(kafka.brokers, deadLetterTopics), program.failed, late(signal, program.words)]);
  return {
    software: software.title,
    versions: software.versions(),
    broker: kafka.name,
    date: new Date().toISOString().slice(0, 10),
    group,
    source,
    deadLetters: found,
  };
}

async function send(kafka: Kafka, topic: string): Promise<Source> {
  const client = kafka.producer();
  await client.connect();
  let span: SpanContext | undefined;
  const producer = wrapProducer(client, {
    tracerProvider: new TracerProvider(),
    propagation: kafkaPropagation({ inject: ['w3c', 'b3'] }),
    onSend: (sending) => void (span = sending.spanContext()),
  });
  const timestamp = Date.now();
  const [at] = await producer.send({
    topic,
    messages: [{ key: 'order-1', value: 'tea', timestamp: String(timestamp), headers: { tenant: 'acme' } }],
  });
  await client.disconnect();
  const { traceId, spanId } = span ?? trace.getSpan(undefined as never)?.spanContext() ?? { traceId: '', spanId: '' };
  return { topic, partition: at?.partition ?? 0, offset: at?.baseOffset ?? '0', timestamp, traceId, spanId };
}

/** Reads the first record of each topic. */
async function read(brokers: string[], topics: readonly string[]): Promise<KeptRecord[]> {
  const consumer = new Consumer({ clientId: 'witness', groupId: `witness-${topics[0]}`, bootstrapBrokers: brokers });
  const found: KeptRecord[] = [];
  try {
    const stream = await consumer.consume({ topics: [...topics], mode: 'earliest', autocommit: false });
    for await (const { topic, partition, offset, timestamp, key, value, headerEntries } of stream) {
      if (found.some((record) => record.topic === topic)) continue;
      found.push({
        topic,
        partition,
        offset: String(offset),
        timestamp: Number(timestamp),
        key: kept(key),
        value: kept(value),
        headers: headerEntries.map(([name, header]) => [name.toString(), kept(header)] as const),
      });
      if (found.length === topics.length) break;
    }
  } finally {
    await consumer.close(true);
  }
  return found.sort((one, other) => topics.indexOf(one.topic) - topics.indexOf(other.topic));
}

function late(signal: AbortSignal, words: readonly string[]): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no dead-letter record came within ${patience / 1_000} s:\n${words.join('\n')}`)),
      patience,
    );
    timer.unref();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
