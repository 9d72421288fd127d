import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import { kafkaUnderTest, SpanRecorder, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { startJaeger, type RunningJaeger } from './jaeger.ts';

interface JaegerAnswer {
  readonly data?: readonly {
    readonly spans: readonly { readonly operationName: string; readonly references: readonly { refType: string }[] }[];
  }[];
}

// Its page draws a span below another one by these references.
describe('Jaeger’s query API before v3', () => {
  const spans = new SpanRecorder();
  const tracing = {
    tracerProvider: new TracerProvider({ spanProcessors: [spans] }),
    propagation: kafkaPropagation({ inject: ['w3c'] }),
  };
  let jaeger: RunningJaeger | undefined;
  let kafka: KafkaUnderTest | undefined;

  before('start Jaeger, and find the broker', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    kafka = await kafkaUnderTest();
    jaeger = await startJaeger();
  });
  afterEach('every span is taken, none is left', () => spans.assertDone());
  after('stop both', async () => {
    context.disable();
    await Promise.all([jaeger?.stop(), kafka?.stop()]);
  });

  /** How the span of a handled message refers to the span that sent it, as Jaeger tells it. */
  async function references(options: { readonly parentLink?: boolean }): Promise<readonly string[] | undefined> {
    if (kafka === undefined || jaeger === undefined) throw new Error('not started');
    const topic = await kafka.createTopic();
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = wrapProducer(client.producer(), tracing);
    const consumer = wrapConsumer(client.consumer({ groupId: kafka.groupId() }), { ...tracing, ...options });
    await Promise.all([producer.connect(), consumer.connect()]);
    await producer.send({ topic, messages: [{ value: 'v' }] });
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async () => {} });
    const ended = [await spans.waitFor(`send ${topic}`), await spans.waitFor(`process ${topic}`)];
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
    const body = JsonTraceSerializer.serializeRequest(ended as never);
    const sent = await fetch(`${jaeger.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body as never,
    });
    expect(sent.status).to.equal(200);
    const url = `${jaeger.query}/api/traces/${ended[0]?.spanContext().traceId}`;
    for (;;) {
      const { data } = (await (await fetch(url)).json()) as JaegerAnswer;
      const found = data?.[0]?.spans.find(({ operationName }) => operationName === `process ${topic}`);
      if (found !== undefined) return found.references.map(({ refType }) => refType);
    }
  }

  it('has a link in the place of the parent, unless parentLink is false', async () => {
    expect(await references({})).to.deep.equal(['FOLLOWS_FROM']);
    expect(await references({ parentLink: false })).to.deep.equal(['CHILD_OF']);
  });
});
