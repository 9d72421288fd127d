import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { fromBeginning, usePlatformatic } from '../client/platformatic/use-platformatic.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useChannels } from '../support/telemetry/channels.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the diagnostics channels, of clients of @platformatic/kafka', () => {
  const kafka = useKafka();
  const channels = useChannels();
  const { spans } = useTracing();
  const clients = usePlatformatic(kafka);

  async function send(topic: string, values: readonly string[]): Promise<void> {
    const producer = wrapProducer(clients.producer());
    await producer.send({ messages: values.map((value) => ({ topic, value: Buffer.from(value) })) });
  }

  it('tell of a send, and of the handler of a stream', async () => {
    const topic = await kafka.createTopic();
    await send(topic, ['a']);
    const [sent] = await channels.ended('tracelink:kafka:send', 1);
    expect(sent?.activeSpan).to.equal(spans.take(`send ${topic}`).spanContext().spanId);
    expect(sent?.message.topicMessages).to.have.nested.property('[0].messages').with.length(1);

    const error = new Error('no');
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    await forEachMessage(stream, () => Promise.reject(error)).catch(() => {});
    const [processed] = await channels.ended('tracelink:kafka:process', 1);
    expect(processed?.message).to.include({ topic, partition: 0, error });
    expect(processed?.activeSpan).to.equal(spans.take(`process ${topic}`).spanContext().spanId);
  });

  it('tell of each turn of a loop over a stream, and that it is over when the next one begins', async () => {
    const topic = await kafka.createTopic();
    await send(topic, ['a', 'b']);
    spans.take(`send ${topic}`);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const overBefore: number[] = [];
    for await (const _ of stream) {
      overBefore.push((await channels.ended('tracelink:kafka:process', 0)).length);
      if (overBefore.length === 2) break;
    }
    const turns = await channels.ended('tracelink:kafka:process', 2);
    expect(overBefore).to.deep.equal([0, 1]);
    expect(turns.map(({ message }) => message.messages.length)).to.deep.equal([1, 1]);
    const processed = [1, 2].map(() => spans.take(`process ${topic}`).spanContext().spanId);
    expect(turns.map(({ activeSpan }) => activeSpan)).to.deep.equal(processed);
  });
});
