import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { wrapProducer } from '@tracelink/kafka';
import { expect } from 'chai';
import { CompressionTypes } from 'kafkajs';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const clientId = 'kafka-tests';

/** The `traceparent` that a span writes into messages. */
function traceparentOf(span: { spanContext(): { traceId: string; spanId: string } }): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

describe('a traced send', () => {
  const kafka = useKafka();
  const tracing = useTracing();

  function server(): Record<string, string | number> {
    const [host, port] = (process.env['KAFKA_BROKERS'] ?? '').split(':');
    return { 'server.address': String(host), 'server.port': Number(port) };
  }

  it('makes one PRODUCER span with the message’s attributes and the broker’s answer for one message (B28)', async () => {
    const topic = await kafka.createTopic(2);
    const producer = wrapProducer(await kafka.producer(), { clientId });
    const [answer] = await producer.send({ topic, messages: [{ key: 'k', value: 'v', partition: 1 }] });
    const span = tracing.spans.take(`send ${topic}`);
    expect(answer?.partition).to.equal(1);
    expect(span.kind).to.equal(SpanKind.PRODUCER);
    expect(span.links).to.deep.equal([]);
    expect(span.status).to.deep.equal({ code: SpanStatusCode.UNSET });
    expect(span.attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '1',
      'messaging.client.id': clientId,
      ...server(),
      'kafka.message.key': 'k',
      'kafka.offset': 0,
    });
    const [message] = await kafka.read(topic, 1);
    expect(textHeaders(message?.headers)['traceparent']).to.equal(traceparentOf(span));
  });

  it('makes one PRODUCER span, whose context all messages carry, when create spans are off (B10)', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer(), { clientId });
    const messages = ['1', '2', '3'].map((value) => ({ key: value, value }));
    await producer.send({ topic, messages });
    const span = tracing.spans.take(`send ${topic}`);
    expect(span.kind).to.equal(SpanKind.PRODUCER);
    expect(span.links).to.deep.equal([]);
    expect(span.attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '0',
      'messaging.batch.message_count': 3,
      'messaging.client.id': clientId,
      ...server(),
      'tracelink.base_offsets': [`${topic}/0:0`],
    });
    const read = await kafka.read(topic, 3);
    expect(read.map(({ headers }) => textHeaders(headers)['traceparent'])).to.deep.equal(Array(3).fill(traceparentOf(span)));
  });

  it('links to the create spans and to the context that the caller chose, which stays byte for byte (1.11, B8)', async () => {
    const topic = await kafka.createTopic();
    const chosen = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const producer = wrapProducer(await kafka.producer(), { clientId, createSpans: true });
    await trace.getTracer('test').startActiveSpan('caller', async (span) => {
      await producer.send({
        topic,
        messages: [
          { key: 'k1', value: 'v' },
          { key: 'k2', value: null },
          { key: 'k3', value: 'v', headers: { traceparent: chosen } },
        ],
      });
      span.end();
    });
    const parent = tracing.spans.take('caller').spanContext();
    const created = [tracing.spans.take(`create ${topic}`), tracing.spans.take(`create ${topic}`)] as const;
    const common = { 'messaging.system.name': 'kafka', 'messaging.destination.name': topic };
    const creates = { ...common, 'messaging.operation.name': 'create', 'messaging.operation.type': 'create' };
    expect(created.map(({ kind }) => kind)).to.deep.equal([SpanKind.PRODUCER, SpanKind.PRODUCER]);
    expect(created[0].attributes).to.deep.equal({ ...creates, 'kafka.message.key': 'k1' });
    expect(created[1].attributes).to.deep.equal({ ...creates, 'kafka.message.key': 'k2', 'kafka.message.tombstone': true });

    const span = tracing.spans.take(`send ${topic}`);
    expect(span.kind).to.equal(SpanKind.CLIENT);
    expect(span.attributes).to.deep.equal({
      ...common,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.batch.message_count': 3,
      'messaging.destination.partition.id': span.attributes['messaging.destination.partition.id'],
      'messaging.client.id': clientId,
      ...server(),
      'tracelink.base_offsets': [`${topic}/0:0`],
    });
    expect([...created, span].map(({ parentSpanContext }) => parentSpanContext?.spanId)).to.deep.equal(Array(3).fill(parent.spanId));
    expect(span.links.map(({ context }) => `00-${context.traceId}-${context.spanId}-01`)).to.deep.equal([
      ...created.map(traceparentOf),
      chosen,
    ]);
    expect(span.links.map(({ attributes }) => attributes)).to.deep.equal([
      { 'kafka.message.key': 'k1' },
      { 'kafka.message.key': 'k2', 'kafka.message.tombstone': true },
      { 'kafka.message.key': 'k3' },
    ]);
    const read = await kafka.read(topic, 3);
    expect(read.map(({ headers }) => textHeaders(headers)['traceparent'])).to.deep.equal([...created.map(traceparentOf), chosen]);
    expect(textHeaders(read[2]?.headers)).to.deep.equal({ traceparent: chosen });
  });

  it('names no topic, counts all messages and names the topics on the links when it has several topics', async () => {
    const [first, second] = [await kafka.createTopic(), await kafka.createTopic()];
    const producer = wrapProducer(await kafka.producer(), { clientId, createSpans: true });
    await producer.sendBatch({
      topicMessages: [
        { topic: first, messages: [{ value: '1' }, { value: '2' }] },
        { topic: second, messages: [{ value: '3' }] },
      ],
    });
    const created = [first, first, second].map((topic) => tracing.spans.take(`create ${topic}`));
    const span = tracing.spans.take('send');
    expect(span.kind).to.equal(SpanKind.CLIENT);
    expect(span.attributes['tracelink.base_offsets']).to.have.members([`${first}/0:0`, `${second}/0:0`]);
    expect(span.attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.batch.message_count': 3,
      'messaging.client.id': clientId,
      ...server(),
      'tracelink.base_offsets': span.attributes['tracelink.base_offsets'],
    });
    expect(span.links.map(({ context }) => context.spanId)).to.deep.equal(created.map((one) => one.spanContext().spanId));
    expect(span.links.map(({ attributes }) => attributes)).to.deep.equal(
      [first, first, second].map((topic) => ({ 'messaging.destination.name': topic })),
    );
  });

  it('leaves out the base offsets that the client does not know', async () => {
    const answer = (...offsets: (string | undefined)[]) =>
      offsets.map((baseOffset, partition) => ({ topicName: 'orders', partition, errorCode: 0, ...(baseOffset && { baseOffset }) }));
    const messages = [{ value: '1' }, { value: '2' }];
    const attribute = async (answered: readonly object[]): Promise<unknown> => {
      const producer = wrapProducer(new StubProducer().answers(() => Promise.resolve(answered)));
      await producer.send({ topic: 'orders', messages });
      return tracing.spans.take('send orders').attributes['tracelink.base_offsets'];
    };
    expect(await attribute(answer('-1001', '7', undefined, '-1'))).to.deep.equal(['orders/1:7']);
    expect(await attribute(answer('-1001', undefined))).to.equal(undefined);
  });

  it('takes client id and broker from kafkajs’ events during its first send (B4)', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const send = (): Promise<unknown> => producer.send({ topic, messages: [{ value: 'v' }] });
    for (let times = 0; times < 2; times++) {
      await send();
      expect(tracing.spans.take(`send ${topic}`).attributes).to.include({ 'messaging.client.id': clientId, ...server() });
    }
  });

  it('has no offset and is no error when acks is 0', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    await producer.send({ topic, acks: 0, messages: [{ value: 'v' }] });
    const span = tracing.spans.take(`send ${topic}`);
    expect(span.attributes).to.not.have.any.keys('kafka.offset', 'messaging.destination.partition.id', 'error.type');
    expect(tracing.warnings).to.deep.equal([]);
  });

  it('makes a span without messages when the list is empty', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    await producer.send({ topic, messages: [] });
    await producer.sendBatch({ topicMessages: [] });
    expect(tracing.spans.take(`send ${topic}`).attributes['messaging.batch.message_count']).to.equal(0);
    expect(tracing.spans.take('send').attributes['messaging.batch.message_count']).to.equal(0);
  });

  it('makes one span for 10,000 messages, which all carry it (B10)', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const messages = Array.from({ length: 10_000 }, (_, index) => ({ value: String(index) }));
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
    const span = tracing.spans.take(`send ${topic}`);
    expect(span.attributes['messaging.batch.message_count']).to.equal(10_000);
    const carried = new Set((await kafka.read(topic, 10_000)).map(({ headers }) => textHeaders(headers)['traceparent']));
    expect([...carried]).to.deep.equal([traceparentOf(span)]);
  });

  it('has the active span of its call as parent when 50 run at a time', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const tracer = trace.getTracer('test');
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        tracer.startActiveSpan(`caller ${index}`, async (span) => {
          await producer.send({ topic, messages: [{ key: `caller ${index}`, value: 'v' }] });
          expect(trace.getActiveSpan()).to.equal(span);
          span.end();
        }),
      ),
    );
    const callers = new Map(
      Array.from({ length: 50 }, (_, index) => [`caller ${index}`, tracing.spans.take(`caller ${index}`).spanContext()]),
    );
    const sends = tracing.spans.takeAll();
    expect(sends.length).to.equal(50);
    for (const send of sends) {
      const caller = callers.get(String(send.attributes['kafka.message.key']));
      expect(send.parentSpanContext?.spanId).to.equal(caller?.spanId);
      expect(send.spanContext().traceId).to.equal(caller?.traceId);
    }
  });
});
