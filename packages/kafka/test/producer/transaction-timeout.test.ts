import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { errorMessage, errorType } from '../../src/core/error-type.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a transaction that the broker aborts after its timeout', () => {
  const kafka = useKafka();
  const { spans } = useTracing();
  const transactionalId = `t-${randomUUID()}`;
  const connected: Producer[] = [];

  afterEach('disconnect the producers', async () => {
    await Promise.all(connected.splice(0).map((producer) => producer.disconnect()));
  });

  async function producer(): Promise<Producer> {
    const client = new Kafka({ clientId: 'kafka-tests', brokers: kafka.brokers(), logLevel: logLevel.NOTHING });
    const bare = client.producer({ transactionalId, transactionTimeout: 1_000, idempotent: true, maxInFlightRequests: 1 });
    connected.push(bare);
    await bare.connect();
    return wrapProducer(bare);
  }

  const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('leaves the producer unusable, also when it reconnects, and a new one with the same id continues', async () => {
    const topic = await kafka.createTopic();
    const send = { topic, messages: [{ value: 'v' }] };
    const first = await producer();
    const transaction = await first.transaction();
    // Apache Kafka looks for expired transactions every ten seconds.
    let refused = await failureOf(transaction.send(send));
    for (; refused === undefined; refused = await failureOf(transaction.send(send))) await wait(100);
    expect(errorType(refused)).to.equal('INVALID_PRODUCER_EPOCH');
    expect(errorType(await failureOf(transaction.commit()))).to.equal('INVALID_PRODUCER_EPOCH');
    expect(errorMessage(await failureOf(first.transaction()))).to.include('Cannot call "beginTransaction"');
    await first.disconnect();
    await first.connect();
    expect(errorMessage(await failureOf(first.transaction()))).to.include('Cannot call "beginTransaction"');

    const next = await (await producer()).transaction();
    await next.send(send);
    await next.commit();
    expect(await kafka.read(topic, 1)).to.have.length(1);
    spans.takeAll();
  });
});
