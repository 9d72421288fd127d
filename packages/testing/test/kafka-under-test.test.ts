import { expect } from 'chai';
import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';

describe('kafkaUnderTest', () => {
  it('creates a topic with the partitions asked for, ready to be written to', async () => {
    await using kafka = await kafkaUnderTest();
    const topic = await kafka.createTopic({ partitions: 3 });
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const producer = client.producer();
    await producer.connect();
    try {
      const [sent] = await producer.send({ topic, messages: [{ value: 'a', partition: 2 }] });
      expect(sent).to.include({ topicName: topic, partition: 2, errorCode: 0 });
    } finally {
      await producer.disconnect();
    }
  });
});
