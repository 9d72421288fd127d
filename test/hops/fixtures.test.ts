import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { Producer as RawProducer } from '@platformatic/kafka';
import { wrapConsumer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import { kafkaUnderTest, SpanRecorder, type KafkaUnderTest, type RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { expectedOf } from './expected.ts';
import { readFixtures, type Hop } from './fixture.ts';

/** A record as a framework left it, with a name that a failure can be found by. */
interface Kept {
  readonly name: string;
  readonly framework: string;
  readonly hop: Hop;
}

const fixtures = readFixtures();
const kept: readonly Kept[] = [...fixtures].flatMap(([framework, { journeys }]) =>
  journeys.flatMap(({ setting, format, hops }) =>
    hops.flatMap((hop, index) =>
      hop.received === undefined ? [] : [{ name: `${framework}, ${setting}, ${format}, hop ${index + 1}`, framework, hop }],
    ),
  ),
);

describe('records as other frameworks left them', () => {
  const spans = new SpanRecorder();
  let kafka: KafkaUnderTest;
  let topic: string;
  before('write them as they were, in one topic', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    kafka = await kafkaUnderTest();
    topic = await kafka.createTopic();
    const producer = new RawProducer({ clientId: 'replayed', bootstrapBrokers: kafka.brokers });
    const bytes = (text: string | null): Buffer => (text === null ? (null as unknown as Buffer) : Buffer.from(text));
    await producer.send({
      messages: kept.map(({ name, hop }) => ({
        topic,
        value: Buffer.from(name),
        headers: new Map((hop.received ?? []).map(([header, value]) => [Buffer.from(header), bytes(value)])),
      })),
    });
    await producer.close();
  });
  after('stop what was started', async () => {
    await kafka.stop();
    context.disable();
  });
  afterEach('every span is taken, none is left', () => spans.assertDone());

  /** The spans of a wrapped consumer that reads the formats in this order, by the names of the records. */
  async function consume(extract: readonly ('b3' | 'w3c')[]): Promise<ReadonlyMap<string, RecordedSpan>> {
    const tracerProvider = new TracerProvider({ spanProcessors: [spans] });
    const consumer = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: kafka.groupId() });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const names: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    await wrapConsumer(consumer, { tracerProvider, propagation: kafkaPropagation({ extract }) }).run({
      eachMessage: async ({ message }) => {
        if (names.push(String(message.value)) === kept.length) resolve();
      },
    });
    await promise;
    await consumer.disconnect();
    return new Map(spans.takeAll().map((span, index) => [names[index] ?? '', span]));
  }

  for (const extract of [['w3c', 'b3'], ['b3', 'w3c'], ['w3c'], ['b3']] as const)
    it(`give the last hop as parent and a link to every other trace, read as ${extract.join(', then ')}`, async () => {
      const handled = await consume(extract);
      expect(handled.size).to.equal(kept.length);
      for (const { name, hop } of kept) {
        const { parent, links, broken } = expectedOf(hop, extract);
        const span = handled.get(name);
        const expected = [...(parent === undefined ? [] : [parent]), ...links].map(({ spanId }) => spanId);
        expect(span?.parentSpanContext?.spanId, `parent: ${name}`).to.equal(parent?.spanId);
        expect(
          span?.links.map((link) => link.context.spanId),
          `links: ${name}`,
        ).to.have.members(expected);
        expect(
          span?.events.map((event) => event.name),
          `events: ${name}`,
        ).to.deep.equal(broken ? ['tracelink.trace.broken'] : []);
      }
    });
});
