import { context as contextApi, SpanStatusCode, trace } from '@opentelemetry/api';
import { ConfluentSchemaRegistry, jsonSerializer, stringSerializers } from '@platformatic/kafka';
import { expect } from 'chai';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { textHeaders, useKafka } from '../../support/broker/kafka.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';
import { usePlatformatic } from './use-platformatic.ts';

describe('a wrapped producer of @platformatic/kafka', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const clients = usePlatformatic(kafka);

  /** The headers on the wire of the one message of `topic`. */
  async function wireHeaders(topic: string): Promise<Record<string, string | string[]>> {
    const [message] = await kafka.read(topic, 1);
    return textHeaders(message?.headers);
  }

  for (const [how, serializers, headers] of [
    ['none, with a Map of bytes', undefined, new Map([[Buffer.from('mine'), Buffer.from('kept')]])],
    ['none, without headers', undefined, undefined],
    ['strings, with a record', stringSerializers, { mine: 'kept' }],
    ['strings, with a Map', stringSerializers, new Map([['mine', 'kept']])],
    ['a string for names, bytes for values', { headerKey: stringSerializers.headerKey }, { mine: Buffer.from('kept') }],
  ] as const) {
    it(`writes its headers in the form that the serializers take: ${how}`, async () => {
      const topic = await kafka.createTopic();
      const producer = wrapProducer(clients.producer({ serializers }));
      const value = serializers === stringSerializers ? 'v' : Buffer.from('v');
      await producer.send({ messages: [{ topic, value, headers }] as never });
      const { traceId, spanId } = spans.take(`send ${topic}`).spanContext();
      const written = await wireHeaders(topic);
      expect(written).to.include({ traceparent: `00-${traceId}-${spanId}-01` });
      if (headers !== undefined) expect(written).to.include({ mine: 'kept' });
    });
  }

  it('leaves headers as they are, and warns once, where a serializer writes neither text nor bytes as it is', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(
      clients.producer({ serializers: { headerKey: stringSerializers.headerKey, headerValue: jsonSerializer } }),
    );
    for (const value of ['1', '2'])
      await producer.send({ messages: [{ topic, value: Buffer.from(value), headers: { mine: 'kept' } }] as never });
    for (const _ of ['1', '2']) spans.take(`send ${topic}`);
    expect(await wireHeaders(topic)).to.deep.equal({ mine: '"kept"' });
    expect(warnings.filter((warning) => warning.includes('stringSerializers'))).to.have.length(1);
  });

  it('leaves headers as they are with a registry, whose serializers write JSON', async () => {
    const topic = await kafka.createTopic();
    const registry = new ConfluentSchemaRegistry({ url: 'http://localhost:1' });
    await wrapProducer(clients.producer({ registry })).send({ messages: [{ topic, value: 'v', headers: { mine: 'kept' } }] as never });
    spans.take(`send ${topic}`);
    expect(await wireHeaders(topic)).to.deep.equal({ mine: '"kept"' });
    expect(warnings.join()).to.include('registry');
  });

  it('writes its headers with a registry whose serializers write those as text', async () => {
    const topic = await kafka.createTopic();
    const { headerKey, headerValue } = stringSerializers;
    const registry = new ConfluentSchemaRegistry({ url: 'http://localhost:1' });
    const serializers = { ...registry.getSerializers(), headerKey, headerValue };
    const producer = wrapProducer(clients.producer({ registry: Object.assign(registry, { getSerializers: () => serializers }) }));
    await producer.send({ messages: [{ topic, value: 'v', headers: { mine: 'kept' } }] as never });
    const { traceId, spanId } = spans.take(`send ${topic}`).spanContext();
    expect(await wireHeaders(topic)).to.include({ mine: 'kept', traceparent: `00-${traceId}-${spanId}-01` });
  });

  it('keeps headers without a value', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(clients.producer({ serializers: stringSerializers }));
    await producer.send({ messages: [{ topic, value: 'v', headers: { nothing: undefined, none: null } }] as never });
    spans.take(`send ${topic}`);
    const [message] = await kafka.read(topic, 1);
    expect(message?.headers).to.include({ nothing: null, none: null });
  });

  it('rejects and throws as the client does for what is no send', async () => {
    const bare = clients.producer();
    const producer = wrapProducer(bare);
    const ending = async (call: () => unknown): Promise<unknown> => {
      try {
        return await call();
      } catch (error) {
        return [(error as Error).name, (error as Error).message];
      }
    };
    for (const input of [undefined, null, {}, { messages: 1 }, { messages: [null] }, { messages: [] }]) {
      const of = (client: typeof bare) => ending(() => client.send(structuredClone(input) as never));
      expect(await of(producer), JSON.stringify(input)).to.deep.equal(await of(bare));
    }
    spans.takeAll();
  });

  it('writes nothing into the options, messages and headers of the caller, which may be frozen', async () => {
    const topic = await kafka.createTopic();
    const headers = Object.freeze({ mine: 'kept' });
    const options = Object.freeze({ messages: Object.freeze([Object.freeze({ topic, value: 'v', headers })]) });
    await wrapProducer(clients.producer({ serializers: stringSerializers })).send(options as never);
    spans.take(`send ${topic}`);
    expect(options).to.deep.equal({ messages: [{ topic, value: 'v', headers: { mine: 'kept' } }] });
  });

  it('keeps what messages and options inherit from their class', async () => {
    const topic = await kafka.createTopic(3);
    class Order {
      readonly topic = topic;
      get key(): Buffer {
        return Buffer.from('7');
      }
      get value(): Buffer {
        return Buffer.from('order 7');
      }
    }
    class Orders {
      get acks(): number {
        return -1;
      }
      get partitioner(): () => number {
        return () => 2;
      }
      get messages(): Order[] {
        return [new Order()];
      }
    }
    const answer = await wrapProducer(clients.producer()).send(new Orders());
    expect(answer.offsets).to.deep.equal([{ topic, partition: 2, offset: 0n }]);
    spans.take(`send ${topic}`);
    const [message] = await kafka.read(topic, 1);
    expect([message?.key, message?.value]).to.deep.equal([Buffer.from('7'), Buffer.from('order 7')]);
  });

  it('resolves with the client’s own answer, and says where a message went whose partition there is not', async () => {
    const topic = await kafka.createTopic(3);
    const answer = await wrapProducer(clients.producer()).send({ messages: [{ topic, partition: 7, value: Buffer.from('v') }] });
    expect(answer).to.deep.equal({ offsets: [{ topic, partition: 1, offset: 0n }] });
    const span = spans.take(`send ${topic}`);
    expect(span.status.code).to.equal(SpanStatusCode.UNSET);
    expect(span.attributes).to.include({ 'messaging.destination.partition.id': '1', 'kafka.offset': 0 });
  });

  it('calls a callback in its caller’s context, and returns nothing, as the client does', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(clients.producer());
    const active = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const called = Promise.withResolvers<unknown[]>();
    const returned = contextApi.with(trace.setSpanContext(contextApi.active(), active), () =>
      producer.send({ messages: [{ topic, value: Buffer.from('v') }] }, (error, result) =>
        called.resolve([error, result, trace.getSpanContext(contextApi.active())?.spanId]),
      ),
    );
    expect(returned).to.equal(undefined);
    expect(await called.promise).to.deep.equal([null, { offsets: [{ topic, partition: 0, offset: 0n }] }, active.spanId]);
    spans.take(`send ${topic}`);
  });

  it('does not wait for an answer that it does not ask for', async () => {
    const topic = await kafka.createTopic();
    const answer = await wrapProducer(clients.producer()).send({ messages: [{ topic, value: Buffer.from('v') }], acks: 0 });
    expect(answer).to.deep.equal({ unwritableNodes: [] });
    expect(spans.take(`send ${topic}`).status.code).to.equal(SpanStatusCode.UNSET);
    await kafka.read(topic, 1);
  });

  it('traces the transaction that it has open, also behind a method that returns the producer', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(clients.producer({ transactionalId: `id-${topic}`, idempotent: true })).once('client:close', () => {});
    const transaction = await producer.beginTransaction();
    expect(producer.transaction).to.equal(transaction);
    await producer.transaction?.send({ messages: [{ topic, value: Buffer.from('v') }] });
    await producer.transaction?.abort();
    spans.take(`send ${topic}`);
    spans.take('abort_transaction');
    expect(producer.transaction).to.equal(undefined);
  });

  it('commits the offsets of a transaction in a span of its own', async () => {
    const [source, topic] = [await kafka.createTopic(), await kafka.createTopic()];
    await clients.producer().send({ messages: [{ topic: source, value: Buffer.from('input') }], acks: -1 });
    const consumer = clients.consumer();
    const stream = await consumer.consume({ topics: [source], mode: 'earliest', autocommit: false });
    const { value: input } = await stream[Symbol.asyncIterator]().next();
    const producer = wrapProducer(clients.producer({ transactionalId: `id-${topic}`, idempotent: true }));
    const transaction = await producer.beginTransaction();
    await transaction.send({ messages: [{ topic, value: Buffer.from('v') }] });
    await transaction.addConsumer(consumer);
    await transaction.addOffset(input as NonNullable<typeof input>);
    await transaction.commit();
    spans.take(`send ${topic}`);
    expect(spans.take(`commit ${source}`).attributes).to.include({ 'messaging.consumer.group.name': consumer.groupId, 'kafka.offset': 1 });
    spans.take('commit_transaction');
    expect(transaction.completed).to.equal(true);
  });
});
