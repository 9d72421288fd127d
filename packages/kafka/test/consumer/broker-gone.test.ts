import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { Cable } from '../support/broker/cable.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a wrapped consumer whose broker goes away', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  it('ends the process span with the handler’s outcome, and the commit span with the error', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v' }]);
    const cable = new Cable();
    const client = new Kafka({
      brokers: kafka.brokers(),
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      socketFactory: cable.socketFactory,
    });
    const consumer = wrapConsumer(
      client.consumer({ groupId: kafka.groupId(), retry: { retries: 0, restartOnFailure: async () => false } }),
    );
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let refused: unknown;
    await consumer.run({
      autoCommit: false,
      eachMessage: async () => {
        cable.cut();
        refused = await consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]).catch((error: unknown) => error);
      },
    });
    const span = await spans.waitFor(`process ${topic}`);
    const commit = spans.take(`commit ${topic}`);
    await consumer.disconnect().catch(() => {});
    expect(span.status.code).to.equal(SpanStatusCode.UNSET);
    expect(refused).to.be.an('error');
    expect(commit.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: (refused as Error).message });
    expect(commit.attributes['error.type']).to.match(/^KafkaJS\w+$/);
  });
});
