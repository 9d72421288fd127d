import { randomUUID } from 'node:crypto';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a transaction of a wrapped producer', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  const connected: Producer[] = [];
  afterEach('disconnect the transactional producers', async () => {
    await Promise.all(connected.splice(0).map((producer) => producer.disconnect()));
  });

  // The broker creates its transaction log and finds a coordinator at the first request: kafkajs retries.
  async function transactional(): Promise<Producer> {
    const client = new Kafka({ clientId: 'kafka-tests', brokers: kafka.brokers(), logLevel: logLevel.NOTHING });
    const bare = client.producer({ transactionalId: `t-${randomUUID()}`, idempotent: true, maxInFlightRequests: 1 });
    connected.push(bare);
    await bare.connect();
    return wrapProducer(bare, { clientId: 'c' });
  }

  it('has a span for each send, for its offsets and for its commit, and passes its context to the consumer (B12)', async () => {
    const [topic, other, groupId] = [await kafka.createTopic(), await kafka.createTopic(), kafka.groupId()];
    const transaction = await (await transactional()).transaction();
    await transaction.send({ topic, messages: [{ value: '1' }] });
    await transaction.sendBatch({ topicMessages: [{ topic: other, messages: [{ value: '2' }] }] });
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset: '5' }] }] });
    expect(transaction.isActive()).to.equal(true);
    await transaction.commit();
    expect(transaction.isActive()).to.equal(false);

    const [send, batch] = [spans.take(`send ${topic}`), spans.take(`send ${other}`)];
    const [commit, end] = [spans.take(`commit ${topic}`), spans.take('commit_transaction')];
    expect([send, batch, commit, end].map(({ kind }) => kind)).to.deep.equal([
      SpanKind.PRODUCER,
      SpanKind.PRODUCER,
      SpanKind.CLIENT,
      SpanKind.CLIENT,
    ]);
    expect(commit.attributes).to.deep.include({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'commit',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': '0',
      'messaging.consumer.group.name': groupId,
      'messaging.client.id': 'c',
      'kafka.offset': 5,
    });
    expect(end.attributes).to.include({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'commit_transaction',
      'messaging.client.id': 'c',
    });
    expect(end.attributes).to.not.have.any.keys('messaging.operation.type', 'messaging.destination.name');
    for (const { status } of [send, batch, commit, end]) expect(status.code).to.equal(SpanStatusCode.UNSET);
    const [message] = await kafka.read(topic, 1);
    expect(textHeaders(message?.headers)['traceparent']).to.contain(send.spanContext().spanId);
  });

  it('has a span for its abort, and no open span when it is never ended (B12)', async () => {
    const topic = await kafka.createTopic();
    const producer = await transactional();
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ value: '1' }] });
    await aborted.abort();
    spans.take(`send ${topic}`);
    expect(spans.take('abort_transaction').status.code).to.equal(SpanStatusCode.UNSET);

    const forgotten = await producer.transaction();
    await forgotten.send({ topic, messages: [{ value: '2' }] });
    spans.take(`send ${topic}`);
    expect(spans.open()).to.deep.equal([]);
    await forgotten.abort();
    spans.take('abort_transaction');
  });

  it('has two spans, each ended once, when its commit fails and it is aborted (B12)', async () => {
    const failure = new Error('coordinator gone');
    const producer = wrapProducer(
      Object.assign(new StubProducer(), {
        transaction: async () =>
          Object.assign(new StubProducer(), {
            commit: async () => Promise.reject(failure),
            abort: async () => {},
            sendOffsets: async () => {},
          }),
      }),
    );
    const transaction = await producer.transaction();
    expect(await transaction.commit().catch((error: unknown) => error)).to.equal(failure);
    await transaction.abort();
    const commit = spans.take('commit_transaction');
    expect(commit.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'coordinator gone' });
    expect(commit.attributes['error.type']).to.equal('Error');
    expect(spans.take('abort_transaction').status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('rejects every further call once it ended, in kafkajs’ words', async () => {
    const transaction = await (await transactional()).transaction();
    await transaction.commit();
    spans.take('commit_transaction');
    for (const again of [() => transaction.commit(), () => transaction.abort()]) {
      expect(await again().catch((error: Error) => error.message)).to.equal('Cannot continue to use transaction once ended');
      expect(spans.takeAll().map(({ attributes }) => attributes['error.type'])).to.deep.equal(['KafkaJSNonRetriableError']);
    }
  });

  it('rejects as in kafkajs when it cannot begin', async () => {
    const producer = wrapProducer(await kafka.producer());
    const message = await producer.transaction().then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(message).to.equal('Must provide transactional id for transactional producer');
  });

  it('has one set of spans each time when it is the producer itself, as in @confluentinc/kafka-javascript', async () => {
    class Confluent extends StubProducer {
      async transaction(): Promise<this> {
        return this;
      }
      async commit(): Promise<void> {}
      async abort(): Promise<void> {}
      async sendOffsets(_offsets: object): Promise<void> {}
    }
    const producer = wrapProducer(new Confluent());
    for (let count = 0; count < 3; count++) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'orders', messages: [{ value: '1' }] });
      // No topics: kafkajs rejects that; it reaches the client without a span of ours.
      await transaction.sendOffsets({ consumer: {} });
      await transaction.commit();
      expect(spans.takeAll().map(({ name }) => name)).to.deep.equal(['send orders', 'commit_transaction']);
    }
  });

  it('belongs to the span that is active at each call', async () => {
    const transaction = await (await transactional()).transaction();
    await trace.getTracer('test').startActiveSpan('caller', async (span) => {
      await transaction.commit();
      span.end();
    });
    const caller = spans.take('caller').spanContext();
    expect(spans.take('commit_transaction').parentSpanContext?.spanId).to.equal(caller.spanId);
  });
});
