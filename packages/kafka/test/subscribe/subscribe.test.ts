import { expect } from 'chai';
import type { Message } from 'kafkajs';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import type { SubscribedMessage } from '../../src/subscribe/attempt/message-scope.ts';
import { produce } from '../support/broker/consume.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('subscribe', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans } = useTracing();

  it('passes each message to the handler, in its own trace, and commits completed messages', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ key: 'k', value: 'v', headers: { traceparent: a.traceparent, note: 'n' }, timestamp: '1700000000000' }]);
    const { promise, resolve } = Promise.withResolvers<{ message: SubscribedMessage; traceId: string | undefined; attempt: number }>();
    const subscription = await subscribe(topic, (message, { traceId, attempt }) => resolve({ message, traceId, attempt }), { groupId });
    const { message, traceId, attempt } = await promise;
    expect({ ...message, headers: textHeaders(message.headers) }).to.deep.equal({
      topic,
      partition: 0,
      offset: '0',
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: { traceparent: a.traceparent, note: 'n' },
      timestamp: 1_700_000_000_000,
    });
    expect([traceId, attempt]).to.deep.equal([a.traceId, 1]);
    const report = await subscription.drain();
    expect(report).to.include({ deadLettered: 0, skipped: 0, interrupted: 0 });
    const span = await spans.waitFor(`process ${topic}`);
    expect(span.attributes).to.include({ 'tracelink.delivery.attempt': 1, 'messaging.consumer.group.name': groupId });
    expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
    expect(await committed(groupId, topic)).to.deep.equal(['1', '']);
  });

  it('has the id of the cluster on the spans of its attempts and of its dead-letter records', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v' }]);
    const admin = kafka.client().admin();
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    await admin.disconnect();
    const fail = (): never => {
      throw new Error('no');
    };
    await subscribe(topic, fail, { retry: { attempts: 1 }, deadLetter: { topic: `${topic}.dead` } });
    const ended = [await spans.waitFor(`send ${topic}.dead`), await spans.waitFor(`process ${topic}`)];
    expect(ended.map(({ attributes }) => attributes['kafka.cluster.id'])).to.deep.equal([clusterId, clusterId]);
  });

  it('does not repeat an attempt’s parent as a link when parentLink is false', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v', headers: { traceparent: a.traceparent } }]);
    await subscribe(topic, () => {}, { tracing: { parentLink: false } });
    const span = await spans.waitFor(`process ${topic}`);
    expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
    expect(span.links).to.deep.equal([]);
  });

  it('retries a message in place, each attempt with a span that links to the one before', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '1', headers: { traceparent: a.traceparent } }, { value: '2' }]);
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    await subscribe(topic, ({ value }, { attempt }) => {
      seen.push(`${String(value)}.${attempt}`);
      if (String(value) === '1' && attempt < 3) throw new Error(`attempt ${attempt}`);
      if (String(value) === '2') resolve();
    });
    await promise;
    expect(seen).to.deep.equal(['1.1', '1.2', '1.3', '2.1']);
    const attempts = [
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`process ${topic}`),
    ];
    await spans.waitFor(`process ${topic}`);
    expect(attempts.map(({ attributes }) => attributes['tracelink.delivery.attempt'])).to.deep.equal([1, 2, 3]);
    expect(attempts.map(({ status }) => status.message)).to.deep.equal(['attempt 1', 'attempt 2', undefined]);
    expect(attempts.map(({ parentSpanContext }) => ids(parentSpanContext))).to.deep.equal([ids(a), ids(a), ids(a)]);
    const before = attempts.map(({ links }) =>
      links.filter((link) => link.attributes?.['tracelink.link.kind'] === 'previous_attempt').map((link) => ids(link.context)),
    );
    expect(before).to.deep.equal([[], [ids(attempts[0]?.spanContext())], [ids(attempts[1]?.spanContext())]]);
  });

  it('writes a dead-letter record with the original message, the reason and the failed attempt’s trace, before it commits', async () => {
    const topic = await kafka.createTopic(2);
    const groupId = kafka.groupId();
    const poison: Message = {
      key: Buffer.from([0xff, 0]),
      value: Buffer.from([1, 2]),
      partition: 1,
      headers: { traceparent: a.traceparent, note: Buffer.from([0xfe]) },
    };
    await produce(kafka, topic, [poison]);
    const dead = Promise.withResolvers<string>();
    const subscription = await subscribe(topic, () => Promise.reject(new Error('no shelf')), {
      groupId,
      retry: { attempts: 2, backoff: { initial: 1 } },
    });
    subscription.on('dead-letter', ({ deadLetterTopic }) => dead.resolve(deadLetterTopic));
    const deadLetterTopic = await dead.promise;
    expect(deadLetterTopic).to.equal(`${topic}.${groupId}.dead-letter`);
    await subscription.drain();
    expect(await committed(groupId, topic, 1)).to.deep.equal(['1', '']);
    const [record] = await kafka.read(deadLetterTopic, 1);
    expect(record?.key).to.deep.equal(poison.key);
    expect(record?.value).to.deep.equal(poison.value);
    expect(record?.headers?.['note']).to.deep.equal(Buffer.from([0xfe]));

    const [first, send, second] = [
      await spans.waitFor(`process ${topic}`),
      await spans.waitFor(`send ${deadLetterTopic}`),
      await spans.waitFor(`process ${topic}`),
    ];
    const headers = textHeaders(record?.headers);
    expect(headers).to.include({
      [DeliveryHeader.ORIGINAL_TOPIC]: topic,
      [DeliveryHeader.ORIGINAL_PARTITION]: '1',
      [DeliveryHeader.ORIGINAL_OFFSET]: '0',
      [DeliveryHeader.GROUP]: groupId,
      [DeliveryHeader.ATTEMPTS]: '2',
      [DeliveryHeader.ERROR_CLASS]: 'Error',
      [DeliveryHeader.ERROR_MESSAGE]: 'no shelf',
      [DeliveryHeader.FAILED_ATTEMPT]: `00-${a.traceId}-${second.spanContext().spanId}-01`,
      'tracelink-origin': a.traceparent,
    });
    expect(headers[DeliveryHeader.ERROR_STACK]).to.contain('no shelf');
    expect(Number(headers[DeliveryHeader.FIRST_FAILURE])).to.be.closeTo(Date.now(), 60_000);
    expect(headers['traceparent']).to.contain(send.spanContext().spanId);
    expect(ids(send.parentSpanContext)).to.deep.equal(ids(second.spanContext()));
    expect(first.events.map(({ name }) => name)).to.include('tracelink.delivery.retry');
    expect(second.events.map(({ name }) => name)).to.include('tracelink.delivery.dead_letter');
  });
});
