import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { ChannelMessages } from '../../src/channels/channels.ts';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { consumeBatches, consumeEach, produce } from '../support/broker/consume.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useChannels } from '../support/telemetry/channels.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the diagnostics channels', () => {
  const kafka = useKafka();
  const subscriptions = useSubscriptions(kafka);
  const channels = useChannels();
  const { spans } = useTracing();

  it('tell of a send, with the headers that were written and its span active', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    await producer.send({ topic, messages: [{ value: 'a' }] });
    await producer.sendBatch({ topicMessages: [{ topic, messages: [{ value: 'b' }, { value: 'c' }] }] });
    const [first, second] = spans.takeAll();
    const [one, batch] = await channels.ended('tracelink:kafka:send', 2);

    expect([one?.activeSpan, batch?.activeSpan]).to.deep.equal([first, second].map((span) => span?.spanContext().spanId));
    const [record] = one?.message.topicMessages ?? [];
    expect(record?.topic).to.equal(topic);
    expect(textHeaders(record?.messages[0]?.headers as never)).to.have.property('traceparent');
    expect(one?.message.result).to.have.nested.property('[0].topicName', topic);
    expect(batch?.message.topicMessages[0]?.messages).to.have.length(2);
    expect(fieldsOf(one?.message)).to.have.members(documented('tracelink:kafka:send'));
  });

  it('tell of a send that failed', async () => {
    const producer = wrapProducer(kafka.client().producer());
    const failure: unknown = await producer.send({ topic: 'orders', messages: [{ value: 'a' }] }).catch((error: unknown) => error);
    spans.take('send orders');
    const [failed] = await channels.ended('tracelink:kafka:send', 1);
    expect(failed?.message.error).to.equal(failure);
    expect(failed?.message).to.not.have.property('result');
  });

  it('leave a record that no client takes to the client', async () => {
    const producer = wrapProducer(await kafka.producer());
    expect(await rejection(() => producer.sendBatch(undefined as never))).to.be.instanceOf(TypeError);
    expect(await rejection(() => producer.send(undefined as never))).to.be.instanceOf(Error);
  });

  it('tell of a handler of messages, and of its commit', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ key: 'k', value: 'v' }]);
    const consumer = await consumeEach(kafka, topic, async ({ partition }) => consumer.commitOffsets([{ topic, partition, offset: '1' }]), {
      client: { groupId },
      run: { autoCommit: false },
    });
    const span = await spans.waitFor(`process ${topic}`);
    spans.take(`commit ${topic}`);
    const [processed] = await channels.ended('tracelink:kafka:process', 1);
    const [committed] = await channels.ended('tracelink:kafka:commit', 1);

    expect(processed?.activeSpan).to.equal(span.spanContext().spanId);
    expect(processed?.message).to.include({ groupId, topic, partition: 0 });
    expect(processed?.message.messages.map(({ offset }) => offset)).to.deep.equal(['0']);
    expect(fieldsOf(processed?.message)).to.have.members(documented('tracelink:kafka:process'));
    expect(committed?.message).to.deep.include({ groupId, offsets: [{ topic, partition: 0, offset: '1' }] });
    expect(fieldsOf(committed?.message)).to.have.members(documented('tracelink:kafka:commit'));
  });

  it('tell of a handler of batches, and of each message inside it', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a' }, { value: 'b' }]);
    await consumeBatches(kafka, topic, (payload) => forEachMessage(payload, () => {}));
    const processed = await channels.ended('tracelink:kafka:process', 3);
    for (let left = 3; left > 0; left--) await spans.waitFor(`process ${topic}`);
    expect(processed.map(({ message }) => message.messages.map(({ offset }) => offset))).to.deep.equal([['0'], ['1'], ['0', '1']]);
  });

  it('tell of each attempt of a subscription, of its commits and of the dead letter', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const error = new Error('poison');
    await produce(kafka, topic, [{ value: 'a' }]);
    const subscription = await subscriptions.subscribe(
      topic,
      () => {
        throw error;
      },
      { groupId, retry: { attempts: 2, backoff: { initial: 1, jitter: 0 } } },
    );
    const [dead] = await channels.published('tracelink:kafka:dead-letter', 1);
    const attempts = await channels.ended('tracelink:kafka:attempt', 2);
    await subscription.drain();
    const processed = spans.takeAll().filter(({ name }) => name === `process ${topic}`);

    expect(attempts.map(({ message }) => [message.attempt, message.outcome, message.error])).to.deep.equal([
      [1, 'retry', error],
      [2, 'dead_lettered', error],
    ]);
    expect(attempts.map(({ activeSpan }) => activeSpan)).to.deep.equal(processed.map((span) => span.spanContext().spanId));
    const [first] = attempts;
    expect(first?.message).to.include({ groupId, topic, partition: 0, offset: '0' });
    expect([...fieldsOf(first?.message), 'result']).to.have.members(documented('tracelink:kafka:attempt'));
    const place = { groupId, topic, partition: 0, offset: '0' };
    expect(dead).to.deep.equal({ ...place, deadLetterTopic: `${topic}.${groupId}.dead-letter`, attempts: 2, error });
    expect(fieldsOf(dead)).to.have.members(documented('tracelink:kafka:dead-letter'));
    const commits = await channels.ended('tracelink:kafka:commit', 2);
    expect(commits.map(({ message }) => message.offsets)).to.deep.equal([
      [{ topic, partition: 0, offset: '0' }],
      [{ topic, partition: 0, offset: '1' }],
    ]);
    expect(commits.map(({ message }) => message.groupId)).to.deep.equal([groupId, groupId]);
  });

  async function rejection(call: () => Promise<unknown>): Promise<unknown> {
    try {
      await call();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** With the members that an operation has only when it failed, or only when it did not. */
  function fieldsOf(message: object | undefined): readonly string[] {
    return [...new Set([...Object.keys(message ?? {}), 'error'])];
  }

  /** The fields that the page lists for a channel. */
  function documented(name: keyof ChannelMessages): readonly string[] {
    const page = readFileSync(new URL('../../../../docs/operations/diagnostics-channels.md', import.meta.url), 'utf8');
    const section = page.split(/^## /m).find((text) => text.startsWith(`\`${name}\``)) ?? '';
    return [...section.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field as string);
  }

  it('are all in the documentation', () => {
    const page = readFileSync(new URL('../../../../docs/operations/diagnostics-channels.md', import.meta.url), 'utf8');
    const named = [...page.matchAll(/^## `(tracelink:kafka:[\w-]+)`/gm)].map(([, name]) => name);
    expect(named).to.have.members(channels.names);
  });
});
