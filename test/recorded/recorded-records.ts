import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { Producer as RawProducer } from '@platformatic/kafka';
import { wrapConsumer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import { kafkaUnderTest, SpanRecorder, type KafkaUnderTest, type RecordedSpan } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import type { RawHeaders } from './fixture-folder.ts';

/** A record as other software left it, with a name that a failure can be found by. */
export interface RecordedRecord {
  readonly name: string;
  readonly headers: RawHeaders;
}

/** Reads the records by a wrapped consumer. @returns its spans, by the names of the records */
export type ReadRecords = (extract: readonly ('b3' | 'w3c')[]) => Promise<ReadonlyMap<string, RecordedSpan>>;

/** Writes the records as they were, into one topic. @returns the topic */
export async function writeRecords(kafka: KafkaUnderTest, records: readonly RecordedRecord[]): Promise<string> {
  const topic = await kafka.createTopic();
  const producer = new RawProducer({ clientId: 'replayed', bootstrapBrokers: kafka.brokers });
  const bytes = (text: string | null): Buffer => (text === null ? (null as unknown as Buffer) : Buffer.from(text));
  await producer.send({
    messages: records.map(({ name, headers }) => ({
      topic,
      value: Buffer.from(name),
      headers: new Map(headers.map(([header, value]) => [Buffer.from(header), bytes(value)])),
    })),
  });
  await producer.close();
  return topic;
}

/** Reads a topic's first `count` records by a wrapped consumer. @returns its spans, which `spans` gets, by the values of the records */
export async function readRecords(
  kafka: KafkaUnderTest,
  { topic, count, spans }: { readonly topic: string; readonly count: number; readonly spans: SpanRecorder },
  extract: readonly ('b3' | 'w3c')[],
): Promise<ReadonlyMap<string, RecordedSpan>> {
  const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
  const consumer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: kafka.groupId() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const names: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  await wrapConsumer(consumer, { tracerProvider, propagation: kafkaPropagation({ extract }) }).run({
    eachMessage: async ({ message }) => {
      if (names.push(String(message.value)) === count) resolve();
    },
  });
  await promise;
  await consumer.disconnect();
  return new Map(spans.takeAll().map((span, index) => [names[index] ?? '', span]));
}

/** Call it inside `describe`: writes the records to the broker under test. */
export function useRecordedRecords(records: readonly RecordedRecord[]): ReadRecords {
  const spans = new SpanRecorder();
  let kafka: KafkaUnderTest;
  let topic: string;
  before('write them as they were, in one topic', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    kafka = await kafkaUnderTest();
    topic = await writeRecords(kafka, records);
  });
  after('stop what was started', async () => {
    await kafka.stop();
    context.disable();
  });
  afterEach('every span is taken, none is left', () => spans.assertDone());

  return (extract) => readRecords(kafka, { topic, count: records.length, spans }, extract);
}
