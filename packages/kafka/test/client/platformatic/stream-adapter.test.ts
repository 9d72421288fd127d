import { context as contextApi, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { platformaticStream } from '../../../src/client/platformatic/consumer-adapter.ts';
import { forEachMessage } from '../../../src/consumer/for-each-message.ts';
import { messageContext } from '../../../src/consumer/delivered-message.ts';
import type { forEachStreamed as forEachStreamedHere } from '../../../src/consumer/traced-stream.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';
import { fromBeginning, usePlatformatic } from './use-platformatic.ts';

describe('the stream of a wrapped consumer of @platformatic/kafka', () => {
  const kafka = useKafka();
  const { spans } = useTracing();
  const clients = usePlatformatic(kafka);

  /** A topic with so many messages, each of a send of its own, and the span ids of these. */
  async function topicWith(count: number): Promise<{ topic: string; sent: string[] }> {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(clients.producer());
    const sent: string[] = [];
    for (let index = 0; index < count; index++) {
      await producer.send({ messages: [{ topic, value: Buffer.from(String(index)) }] });
      sent.push(spans.take(`send ${topic}`).spanContext().spanId);
    }
    return { topic, sent };
  }

  it('is the client’s own object, and is read by its events as without us', async () => {
    const { topic } = await topicWith(1);
    const bare = clients.consumer();
    const consumer = wrapConsumer(bare);
    const stream = await consumer.consume(fromBeginning(topic));
    expect(stream.consumer).to.equal(bare);
    const message = await new Promise<{ value: Buffer }>((resolve) => stream.on('data', resolve));
    expect(String(message.value)).to.equal('0');
    expect(messageContext(message)).to.be.an('object');
  });

  it('is known to another copy of this package, whose forEachMessage goes by the options of its consumer', async () => {
    const { topic } = await topicWith(1);
    const stream = await wrapConsumer(clients.consumer(), { relation: 'link' }).consume(fromBeginning(topic));
    const another = '../../../src/consumer/traced-stream.ts?another';
    const { forEachStreamed } = (await import(another)) as { forEachStreamed: typeof forEachStreamedHere };
    await forEachStreamed(platformaticStream, stream, () => stream.close(), {});
    expect(spans.take(`process ${topic}`).parentSpanContext).to.equal(undefined);
  });

  it('has the headers of a message that has no list of them, as of an older version', () => {
    const headers = new Map([[Buffer.from('traceparent'), Buffer.from('00')]]);
    const { message } = platformaticStream.record({ topic: 'orders', partition: 0, headers, timestamp: 0n, offset: 7n });
    expect(message.headers).to.equal(headers);
  });

  it('gives each turn of a loop the span of its message, which work begun there keeps', async () => {
    const { topic, sent } = await topicWith(3);
    const consumer = wrapConsumer(clients.consumer());
    const stream = await consumer.consume(fromBeginning(topic));
    const parents: string[] = [];
    const later: Promise<string | undefined>[] = [];
    let turns = 0;
    for await (const _ of stream) {
      const active = trace.getSpanContext(contextApi.active())?.spanId;
      await new Promise((resolve) => setImmediate(resolve));
      expect(trace.getSpanContext(contextApi.active())?.spanId).to.equal(active);
      // Work that outlives its turn.
      later.push(new Promise((resolve) => setTimeout(() => resolve(trace.getSpanContext(contextApi.active())?.spanId), 20)));
      parents.push(String(active));
      if (++turns === 3) break;
    }
    expect(trace.getSpanContext(contextApi.active())).to.equal(undefined);
    expect(await Promise.all(later)).to.deep.equal(parents);
    const processed = [1, 2, 3].map(() => spans.take(`process ${topic}`));
    expect(processed.map((span) => span.spanContext().spanId)).to.deep.equal(parents);
    expect(processed.map(({ parentSpanContext }) => parentSpanContext?.spanId)).to.deep.equal(sent);
  });

  it('ends the span of a turn that the loop leaves by return, and closes the stream as the client does', async () => {
    const { topic } = await topicWith(2);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const first = async (): Promise<string> => {
      for await (const { value } of stream) return String(value);
      return '';
    };
    expect(await first()).to.equal('0');
    expect(spans.take(`process ${topic}`).status.code).to.equal(SpanStatusCode.UNSET);
    expect(stream.destroyed).to.equal(true);
  });

  it('ends the span of each of two messages that are asked for at once', async () => {
    const { topic } = await topicWith(2);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const loop = stream[Symbol.asyncIterator]() as AsyncIterator<{ value: Buffer }>;
    const both = await Promise.all([loop.next(), loop.next()]);
    expect(both.map(({ value }) => String(value.value))).to.deep.equal(['0', '1']);
    await loop.return?.();
    for (const _ of both) spans.take(`process ${topic}`);
  });

  it('ends the span of a message that is asked for and comes after the loop has been left', async () => {
    const { topic } = await topicWith(1);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const loop = stream[Symbol.asyncIterator]() as AsyncIterator<{ value: Buffer }>;
    const [next] = await Promise.all([loop.next(), loop.return?.()]);
    expect(String(next.value.value)).to.equal('0');
    spans.take(`process ${topic}`);
  });

  it('ends the span of a message when another that was asked for fails with the stream', async () => {
    const { topic } = await topicWith(1);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const loop = stream[Symbol.asyncIterator]() as AsyncIterator<{ value: Buffer }>;
    const [next, failed] = [loop.next(), loop.next().catch((error: unknown) => error)];
    await next;
    const reason = new Error('destroyed');
    stream.destroy(reason);
    expect(await failed).to.equal(reason);
    spans.take(`process ${topic}`);
  });

  it('ends the loop and its span when the stream is destroyed in the middle of a turn', async () => {
    const { topic } = await topicWith(2);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const reason = new Error('destroyed');
    let turns = 0;
    const loop = async (): Promise<void> => {
      for await (const _ of stream) {
        turns++;
        stream.destroy(reason);
      }
    };
    expect(await loop().catch((error: unknown) => error)).to.equal(reason);
    expect(turns).to.equal(1);
    spans.take(`process ${topic}`);
  });

  it('ends forEachMessage with the reason, after the handler, when the stream is destroyed while it runs', async () => {
    const { topic } = await topicWith(2);
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    const reason = new Error('destroyed');
    let handled = 0;
    const ended = await forEachMessage(stream, async () => {
      stream.destroy(reason);
      await new Promise((resolve) => setImmediate(resolve));
      handled++;
    }).catch((error: unknown) => error);
    expect(ended).to.equal(reason);
    expect(handled).to.equal(1);
    spans.take(`process ${topic}`);
  });

  it('is closed when a handler of forEachMessage rejects, with the same value whatever it is', async () => {
    for (const reason of [new Error('no'), 'text', undefined]) {
      const { topic } = await topicWith(2);
      const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
      const ended: unknown = await forEachMessage(stream, () => Promise.reject(reason as Error)).then(
        () => 'resolved',
        (error: unknown) => error,
      );
      expect(ended).to.equal(reason);
      expect(stream.destroyed).to.equal(true);
      expect(spans.take(`process ${topic}`).status.code).to.equal(SpanStatusCode.ERROR);
    }
  });

  it('is read by forEachMessage also where its consumer is not wrapped, with the options given there', async () => {
    const { topic, sent } = await topicWith(1);
    const stream = await clients.consumer().consume(fromBeginning(topic));
    await forEachMessage(stream, () => stream.close(), { groupId: 'given' });
    const span = spans.take(`process ${topic}`);
    expect(span.parentSpanContext?.spanId).to.equal(sent[0]);
    expect(span.attributes).to.include({ 'messaging.consumer.group.name': 'given' });
  });

  it('reads the last of a repeated header, which the client’s Map of text loses', async () => {
    const topic = await kafka.createTopic();
    const of = (spanId: string): string => `00-0af7651916cd43dd8448eb211c80319c-${spanId}-01`;
    await (
      await kafka.producer()
    ).send({
      topic,
      messages: [{ value: 'v', headers: { traceparent: [of('aaaaaaaaaaaaaaaa'), of('bbbbbbbbbbbbbbbb')] } }],
    });
    const stream = await wrapConsumer(clients.consumer()).consume(fromBeginning(topic));
    await forEachMessage(stream, () => stream.close());
    expect(spans.take(`process ${topic}`).parentSpanContext?.spanId).to.equal('bbbbbbbbbbbbbbbb');
  });

  it('hands a handler its consumer’s callback forms, traced', async () => {
    const { topic } = await topicWith(1);
    const consumer = wrapConsumer(clients.consumer());
    const stream = await new Promise<AsyncIterable<object>>((resolve, reject) =>
      consumer.consume(fromBeginning(topic), (error, given) =>
        error === null ? resolve(given as AsyncIterable<object>) : reject(error as Error),
      ),
    );
    await forEachMessage(stream, async () => {
      await new Promise<void>((resolve, reject) =>
        consumer.commit({ offsets: [{ topic, partition: 0, offset: 1n, leaderEpoch: -1 }] }, (error) =>
          error === null ? resolve() : reject(error as Error),
        ),
      );
      await consumer.close(true);
    });
    const processed = spans.take(`process ${topic}`);
    expect(spans.take(`commit ${topic}`).parentSpanContext?.spanId).to.equal(processed.spanContext().spanId);
  });
});
