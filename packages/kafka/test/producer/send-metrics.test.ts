import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import type { Producer } from 'kafkajs';
import { unacknowledged } from '../../src/producer/send-metrics.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a send of which the brokers acknowledged only a part', () => {
  const kafka = useKafka();
  const tracing = useTracing();
  const lost = { 'error.type': 'unacknowledged' };

  async function producer(): Promise<Producer> {
    return wrapProducer(await kafka.producer());
  }

  /** The messages in the metrics, by `error.type`. */
  async function counted(): Promise<readonly unknown[]> {
    const metric = (await tracing.metrics()).get('messaging.client.sent.messages');
    return metric?.dataPoints.map(({ attributes, value }) => [attributes['error.type'], value]) ?? [];
  }

  it('resolves as in kafkajs and ends its span as an error, when no partition has the message', async () => {
    const topic = await kafka.createTopic();
    expect(await (await producer()).send({ topic, messages: [{ value: 'v', partition: 5 }] })).to.deep.equal([]);
    const span = tracing.spans.take(`send ${topic}`);
    expect(span.attributes).to.include({ ...lost, 'tracelink.send.unacknowledged': 1, 'messaging.destination.partition.id': '5' });
    expect(span.status).to.deep.equal({
      code: SpanStatusCode.ERROR,
      message: 'No broker acknowledged 1 of 1 messages. Does their partition exist?',
    });
    expect(await counted()).to.deep.equal([['unacknowledged', 1]]);
    const duration = (await tracing.metrics()).get('messaging.client.operation.duration');
    expect(duration?.dataPoints.map(({ attributes }) => attributes['error.type'])).to.deep.equal(['unacknowledged']);
  });

  it('counts the lost messages of a batch per topic and partition', async () => {
    const [whole, partly] = [await kafka.createTopic(), await kafka.createTopic(2)];
    await (
      await producer()
    ).sendBatch({
      topicMessages: [
        {
          topic: whole,
          messages: [
            { value: 'v', partition: 3 },
            { value: 'v', partition: 4 },
          ],
        },
        {
          topic: partly,
          messages: [
            { value: 'v', partition: 1 },
            { value: 'v', partition: 2 },
            { value: 'v', partition: 1 },
          ],
        },
      ],
    });
    const span = tracing.spans.take('send');
    expect(span.attributes).to.include({ ...lost, 'tracelink.send.unacknowledged': 3 });
    expect(span.attributes['tracelink.base_offsets']).to.deep.equal([`${partly}/1:0`]);
    expect(await counted()).to.have.deep.members([
      ['unacknowledged', 2],
      ['unacknowledged', 1],
      [undefined, 2],
    ]);
  });

  it('is no error with acks 0, to which no broker answers', async () => {
    const topic = await kafka.createTopic();
    const wrapped = await producer();
    await wrapped.send({ topic, acks: 0, messages: [{ value: 'v', partition: 0 }] });
    await wrapped.sendBatch({ acks: 0, topicMessages: [{ topic, messages: [{ value: 'v', partition: 0 }] }] });
    for (const span of tracing.spans.takeAll()) expect(span.status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('is no error when the client returns no list, or names no partitions', async () => {
    for (const answer of [undefined, null, {}, [null], [{ topicName: 'orders' }]]) {
      const client = new StubProducer().answers(() => Promise.resolve(answer));
      await wrapProducer(client).send({ topic: 'orders', messages: [{ value: 'v', partition: 1 }] });
      expect(tracing.spans.take('send orders').status.code).to.equal(SpanStatusCode.UNSET);
    }
  });

  it('counts a partition with an error code as unacknowledged', () => {
    const entries = [{ topic: 'orders', messages: [{ partition: 0 }, { partition: 1 }, {}] }];
    const answer = [0, 1].map((partition) => ({ topicName: 'orders', partition, errorCode: partition }));
    expect(unacknowledged(entries, answer)).to.deep.equal([1]);
    expect(unacknowledged(entries, answer.slice(0, 1))).to.deep.equal([1]);
    expect(unacknowledged(entries, [])).to.deep.equal([3]);
    expect(unacknowledged([{ topic: 'orders', messages: [] }], [])).to.equal(undefined);
  });
});
