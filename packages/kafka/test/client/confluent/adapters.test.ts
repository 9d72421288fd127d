import { expect } from 'chai';
import { Kafka, type Producer } from 'kafkajs';
import { confluentConsumer, confluentProducer } from '../../../src/client/confluent/adapters.ts';
import { forEachMessage } from '../../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { layers, patch } from '../../support/agent-layers.ts';
import { committedOffset } from '../../support/broker/consume.ts';
import { textHeaders, useKafka } from '../../support/broker/kafka.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';
import { library, useConfluent } from './use-confluent.ts';

const installed = library;

// Also where the client is not installed: a file without any test fails the run.
describe('the adapters of @confluentinc/kafka-javascript, installed or not', () => {
  it('fit no client of kafkajs, whose interface theirs has', () => {
    const kafkajs = new Kafka({ brokers: ['localhost:1'] });
    expect(confluentProducer.fits(kafkajs.producer())).to.equal(false);
    expect(confluentConsumer.fits(kafkajs.consumer({ groupId: 'g' }))).to.equal(false);
  });
});

if (installed !== undefined)
  describe('the adapters of @confluentinc/kafka-javascript', () => {
    const kafka = useKafka();
    const { spans } = useTracing();
    const clients = useConfluent(kafka, installed);

    it('send a frozen message, and one object as often as the caller likes, which the client alone refuses', async () => {
      const topic = await kafka.createTopic();
      const bare = await clients.producer();
      const message = { value: 'v', headers: { mine: 'kept' } };
      await bare.send({ topic, messages: [message] });
      const refused: unknown = await bare.send({ topic, messages: [message] }).catch((error: unknown) => error);
      expect(refused, 'the client writes into its input').to.be.instanceOf(Error);

      const producer = wrapProducer(bare);
      const frozen = Object.freeze({ value: 'v', headers: Object.freeze({ mine: 'kept' }) });
      const record = Object.freeze({ topic, messages: [frozen, frozen] });
      for (const _ of ['once', 'again']) await producer.send(record);
      for (const _ of ['once', 'again']) spans.take(`send ${topic}`);
      expect(frozen).to.deep.equal({ value: 'v', headers: { mine: 'kept' } });
    });

    it('do so without a tracer provider, too', async () => {
      const topic = await kafka.createTopic();
      const producer = wrapProducer(await clients.producer(), { tracerProvider: noSdk });
      const message = Object.freeze({ value: 'v', headers: Object.freeze({ mine: 'kept' }) });
      for (const _ of ['once', 'again']) await producer.sendBatch({ topicMessages: [{ topic, messages: [message] }] });
      const records = await kafka.read(topic, 2);
      expect(records.map(({ headers }) => textHeaders(headers))).to.deep.equal([{ mine: 'kept' }, { mine: 'kept' }]);
    });

    it('send what the record and its messages inherit from their class, without a tracer provider', async () => {
      const created = await kafka.createTopic();
      class Order {
        get key(): string {
          return 'k';
        }
        get value(): string {
          return 'v';
        }
      }
      class Orders {
        get topic(): string {
          return created;
        }
        get messages(): Order[] {
          return [new Order()];
        }
      }
      const producer = wrapProducer(await clients.producer(), { tracerProvider: noSdk });
      await producer.send(new Orders());
      const [record] = await kafka.read(created, 1);
      expect([String(record?.key), String(record?.value)]).to.deep.equal(['k', 'v']);
    });

    it('write their headers and the caller’s with agentContext withhold', async () => {
      const topic = await kafka.createTopic();
      const producer = wrapProducer(await clients.producer(), { agentContext: 'withhold' });
      const messages = [{ value: 'v', headers: { mine: 'kept' } }, { value: 'w' }];
      await producer.send({ topic, messages });
      await producer.sendBatch({ topicMessages: [{ topic, messages }] });
      const sent = spans.takeAll().map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
      const records = (await kafka.read(topic, 4)).map(({ headers }) => textHeaders(headers));
      expect(records.map(({ mine, traceparent }) => [mine, traceparent])).to.deep.equal([
        ['kept', sent[0]],
        [undefined, sent[0]],
        ['kept', sent[1]],
        [undefined, sent[1]],
      ]);
    });

    for (const [how, layer] of Object.entries(layers))
      it(`keep an agent’s context out with agentContext withhold: written ${how}`, async () => {
        const topic = await kafka.createTopic();
        const client = await clients.producer();
        patch(client, layer);
        const producer = wrapProducer(client, { agentContext: 'withhold' });
        const messages = [{ value: 'v', headers: { mine: 'kept' } }, { value: 'w' }];
        await producer.send({ topic, messages });
        await producer.sendBatch({ topicMessages: [{ topic, messages }] });
        const traces = spans.takeAll().map((span) => span.spanContext().traceId);
        const records = (await kafka.read(topic, 4)).map(({ headers }) => textHeaders(headers));
        for (const [index, record] of records.entries()) {
          expect(record).to.not.have.property('x-datadog-trace-id');
          expect(record['traceparent']).to.contain(traces[index >> 1]);
          expect(record['mine']).to.equal(index % 2 === 0 ? 'kept' : undefined);
        }
      });

    it('write and read repeated headers', async () => {
      const topic = await kafka.createTopic();
      await wrapProducer(await clients.producer()).send({ topic, messages: [{ value: 'v', headers: { mine: ['1', '2'] } }] });
      const sent = spans.take(`send ${topic}`);
      const consumer = wrapConsumer(clients.consumer());
      await consumer.connect();
      await consumer.subscribe({ topic });
      const read = new Promise<unknown>((resolve) => {
        void consumer.run({ eachMessage: async ({ message }) => resolve(textHeaders(message.headers)['mine']) });
      });
      expect(await read).to.deep.equal(['1', '2']);
      await consumer.disconnect();
      expect(spans.take(`process ${topic}`).parentSpanContext?.spanId).to.equal(sent.spanContext().spanId);
    });

    it('reject what the client rejects, in its words', async () => {
      const bare = await clients.producer();
      const producer = wrapProducer(bare);
      const of = (client: Producer, method: 'send' | 'sendBatch', input: unknown) =>
        client[method](input as never).then(
          () => 'resolved',
          (error: Error) => [error.name, error.message],
        );
      for (const method of ['send', 'sendBatch'] as const)
        for (const input of [
          undefined,
          null,
          7,
          {},
          { topic: 'orders' },
          { topic: 'orders', messages: [null] },
          { topic: 'orders', messages: [], acks: 1 },
        ])
          expect(await of(producer, method, input), `${method} ${JSON.stringify(input)}`).to.deep.equal(await of(bare, method, input));
      spans.takeAll();
    });

    it('have a transaction that is the wrapper, with a span for each of its calls', async () => {
      const [source, topic] = [await kafka.createTopic(), await kafka.createTopic()];
      await (await kafka.producer()).send({ topic: source, messages: [{ value: 'input' }] });
      const groupId = kafka.groupId();
      const consumer = wrapConsumer(clients.consumer({ autoCommit: false, groupId }));
      await consumer.connect();
      await consumer.subscribe({ topic: source });
      const input = Promise.withResolvers<void>();
      await consumer.run({ eachMessage: async () => input.resolve() });
      await input.promise;

      const producer = wrapProducer(await clients.producer({ transactionalId: `id-${topic}` }));
      const transaction = await producer.transaction();
      expect(transaction).to.equal(producer);
      await transaction.send({ topic, messages: [{ value: 'v' }] });
      await transaction.sendOffsets({ consumer, topics: [{ topic: source, partitions: [{ partition: 0, offset: '1' }] }] } as never);
      await transaction.commit();
      spans.take(`send ${topic}`);
      expect(spans.take(`commit ${source}`).attributes).to.include({ 'kafka.offset': 1, 'messaging.consumer.group.name': groupId });
      spans.take('commit_transaction');
      await consumer.disconnect();
      spans.take(`process ${source}`);
    });

    for (const how of ['wrapped', 'bare'])
      it(`leave commits to the application with auto-commit off, when its handler calls forEachMessage: ${how}`, async () => {
        const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
        await (await kafka.producer()).send({ topic, messages: [{ value: '0' }, { value: '1' }, { value: '2' }] });
        const bare = clients.consumer({ autoCommit: false, groupId });
        const consumer = how === 'bare' ? bare : wrapConsumer(bare);
        await consumer.connect();
        await consumer.subscribe({ topic });
        const handled = Promise.withResolvers<void>();
        await consumer.run({
          eachBatch: async (payload) => {
            await forEachMessage(payload, () => {});
            if (payload.batch.lastOffset() === '2') handled.resolve();
          },
        });
        await handled.promise;
        await consumer.disconnect();
        spans.takeAll();
        expect(await committedOffset(kafka, groupId, topic)).to.equal('-1');
      });

    it('stop forEachMessage when the consumer is disconnected', async () => {
      const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
      await (await kafka.producer()).send({ topic, messages: Array.from({ length: 10 }, (_, index) => ({ value: String(index) })) });
      const consumer = wrapConsumer(clients.consumer({ groupId }));
      await consumer.connect();
      await consumer.subscribe({ topic });
      const handled: string[] = [];
      const disconnected = Promise.withResolvers<void>();
      await consumer.run({
        eachBatch: (payload) =>
          forEachMessage(payload, (message) => {
            handled.push(String(message.value));
            if (handled.length === 3) consumer.disconnect().then(disconnected.resolve, disconnected.reject);
          }),
      });
      await disconnected.promise;
      spans.takeAll();
      expect(handled).to.deep.equal(['0', '1', '2']);
      expect(await committedOffset(kafka, groupId, topic)).to.equal('3');
    });

    for (const how of ['wrapped', 'bare'])
      it(`resolve no batch of which the option is undefined, as the client reads it: ${how}`, async () => {
        const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
        await (await kafka.producer()).send({ topic, messages: [{ value: '0' }, { value: '1' }] });
        const bare = clients.consumer({ groupId });
        const consumer = how === 'bare' ? bare : wrapConsumer(bare);
        await consumer.connect();
        await consumer.subscribe({ topic });
        const again = Promise.withResolvers<void>();
        const firsts: string[] = [];
        await consumer.run({
          eachBatchAutoResolve: undefined as never,
          eachBatch: async ({ batch: { messages } }) => {
            firsts.push(String(messages[0]?.value));
            if (firsts.length === 2) again.resolve();
          },
        });
        await again.promise;
        expect(firsts.slice(0, 2), 'what no one resolved is delivered again').to.deep.equal(['0', '0']);
        await consumer.disconnect();
        spans.takeAll();
      });

    it('name a client that was connected before it is wrapped', async () => {
      const topic = await kafka.createTopic();
      await wrapProducer(await clients.producer()).send({ topic, messages: [{ value: 'v' }] });
      expect(spans.take(`send ${topic}`).attributes).to.include({ 'messaging.client.id': 'confluent' });
    });

    it('have members that throw only when they are used', async () => {
      const consumer = wrapConsumer(clients.consumer());
      expect(() => consumer.on('consumer.crash', () => {})).to.throw();
      expect(() => consumer.events).to.throw();
      await consumer.connect();
    });
  });

const noSdk = { getTracer: () => expect.fail('no span is made'), getDelegateTracer: () => undefined } as never;
