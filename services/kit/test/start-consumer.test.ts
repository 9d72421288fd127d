import { kafkaClient, startConsumer } from '@tracelink-demo/kit';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import kafkajs from 'kafkajs';
import { LogLines } from './support/log-lines.ts';

describe('startConsumer', () => {
  let kafka: KafkaUnderTest;
  before(async () => {
    kafka = await kafkaUnderTest();
  });
  after(() => kafka.stop());

  it('leaves restarts to kafkajs, and reports when the consumer ended with an error', async () => {
    const topic = await kafka.createTopic();
    const logs = new LogLines();
    const client = kafkaClient({ clientId: 'test', brokers: kafka.brokers, log: logs.log });
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'before the consumer was there' }] });
    await producer.disconnect();

    const consumer = client.consumer({ groupId: kafka.groupId(), maxWaitTimeInMs: 100 });
    const crashes: boolean[] = [];
    consumer.on(consumer.events.CRASH, ({ payload }) => void crashes.push(payload.restart));
    const eachMessage = async (): Promise<void> => {
      if (!crashes.includes(true)) throw new Error('not yet');
      throw new kafkajs.KafkaJSNonRetriableError('never');
    };
    const told: Error[] = [];
    const { promise: crashed, resolve } = Promise.withResolvers<void>();
    const onCrash = (error: Error): void => {
      told.push(error);
      resolve();
    };
    await startConsumer(consumer, { eachMessage }, { topic, log: logs.log, signal: new AbortController().signal, onCrash });
    await crashed;
    await consumer.disconnect();
    expect(crashes).to.deep.equal([true, false]);
    expect(told.map(({ message }) => message)).to.deep.equal(['never']);
  });
});
