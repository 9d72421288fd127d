import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { Cable } from '../support/broker/cable.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a wrapped producer whose broker goes away', () => {
  const kafka = useKafka();
  const { spans } = useTracing();
  const messages = [{ value: '1' }];

  /** kafkajs retries twice, immediately. */
  function producerOn(brokers: string[], cable: Cable): Producer {
    const { socketFactory } = cable;
    const retry = { retries: 2, initialRetryTime: 1, maxRetryTime: 1 };
    return wrapProducer(new Kafka({ clientId: 'c', brokers, logLevel: logLevel.NOTHING, retry, socketFactory }).producer());
  }

  it('ends the span with the caller’s error, typed by the cause behind the retries (1.7, 1.8, 7.7)', async () => {
    const cable = new Cable();
    const topic = await kafka.createTopic();
    const producer = producerOn(kafka.brokers(), cable);
    await producer.connect();
    await producer.send({ topic, messages });
    expect(spans.take(`send ${topic}`).status.code).to.equal(SpanStatusCode.UNSET);

    const pending = Array.from({ length: 5 }, () => producer.send({ topic, messages }).catch((error: Error) => error));
    cable.cut();
    const errors = await Promise.all(pending);
    for (const error of errors) {
      expect(error).to.be.instanceOf(Error);
      const span = spans.take(`send ${topic}`);
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(errors.map((each) => (each as Error).message)).to.include(span.status.message);
      expect(span.attributes['error.type']).to.match(/^KafkaJSConnection(Closed)?Error$/);
    }
    await producer.disconnect();
  });

  it('makes a span for a send to a closed port and for a send without a connection', async () => {
    const cable = new Cable();
    cable.cut();
    const producer = producerOn(['localhost:1'], cable);
    const error = await producer.send({ topic: 'orders', messages }).catch((reason: Error) => reason);
    expect(error).to.have.property('message', 'The producer is disconnected');
    expect(spans.take('send orders').attributes['error.type']).to.equal('KafkaJSError');
  });

  it('names an error response as the broker does (1.8, B29)', async () => {
    const producer = wrapProducer(await kafka.producer());
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'x'.repeat(3_000_000) }] }).catch(() => {});
    expect(spans.take(`send ${topic}`).attributes['error.type']).to.equal('MESSAGE_TOO_LARGE');
    await producer.send({ topic: 'not a topic', messages }).catch(() => {});
    expect(spans.take('send not a topic').attributes['error.type']).to.equal('INVALID_TOPIC_EXCEPTION');
  });
});
