import { setTimeout as workFor } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { CompressionTypes } from 'kafkajs';
import { DeliveryHeader } from '@tracelink/kafka/subscribe';
import { produce } from '../../packages/kafka/test/support/broker/consume.ts';
import { textHeaders, useKafka } from '../../packages/kafka/test/support/broker/kafka.ts';
import { useSubscriptions } from '../../packages/kafka/test/support/broker/subscription.ts';
import { Collector } from '../../packages/kafka/test/support/collector.ts';
import { a, ids } from '../../packages/kafka/test/support/telemetry/creation-contexts.ts';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { engineClients } from './support/engine-clients.ts';

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: String(index), value: `${prefix} ${index}` }));
const values = (prefix: string, count: number) => numbered(prefix, count).map(({ value }) => value);

for (const client of engineClients) {
  describe(`subscribe on ${client.name}`, () => {
    const kafka = useKafka();
    const { subscribe, committed } = useSubscriptions(kafka, client);
    const { subscribe: onKafkajs } = useSubscriptions(kafka);
    afterEach('take the spans of all deliveries', () => void tracing.spans.takeAll());
    const tracing = useTracing();
    const { spans } = tracing;

    it('handles a message in one process span, a child of its creation context, and commits it', async () => {
      const topic = await kafka.createTopic();
      const groupId = kafka.groupId();
      await produce(kafka, topic, [{ key: 'k', value: 'v', headers: { traceparent: a.traceparent, twice: ['1', '2'] } }]);
      const got = new Collector<object>();
      const subscription = await subscribe(topic, ({ key, value, headers, offset }) => got.add({ key, value, offset, ...headers }), {
        groupId,
      });
      await got.until((all) => all.length === 1);
      await subscription.drain();
      expect(got.values).to.deep.equal([
        {
          key: Buffer.from('k'),
          value: Buffer.from('v'),
          offset: '0',
          traceparent: Buffer.from(a.traceparent),
          twice: [Buffer.from('1'), Buffer.from('2')],
        },
      ]);
      const span = await spans.waitFor(`process ${topic}`);
      expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
      expect(span.attributes).to.include({ 'messaging.consumer.group.name': groupId, 'messaging.client.id': 'contract' });
      expect(await committed(groupId, topic)).to.deep.equal(['1', '']);
    });

    it('passes a failing message through a retry topic to the dead-letter topic, with its headers and the failure', async () => {
      const topic = await kafka.createTopic(2);
      const groupId = kafka.groupId();
      const headers = { traceparent: a.traceparent, twice: ['1', '2'] };
      await produce(kafka, topic, [{ key: 'k', value: 'bad', headers, partition: 1 }]);
      const dead = Promise.withResolvers<unknown>();
      const fail = () => Promise.reject(new Error('no shelf'));
      const subscription = await subscribe(topic, fail, { groupId, retry: { attempts: 1 }, retryTopics: { delays: ['20ms'] } });
      subscription.on('dead-letter', dead.resolve);
      await dead.promise;
      await subscription.drain();
      const [record] = await kafka.read(`${topic}.${groupId}.dead-letter`, 1);
      expect([String(record?.key), String(record?.value)]).to.deep.equal(['k', 'bad']);
      expect(textHeaders(record?.headers)).to.include({
        [DeliveryHeader.ORIGINAL_TOPIC]: topic,
        [DeliveryHeader.ORIGINAL_PARTITION]: '1',
        [DeliveryHeader.ORIGINAL_OFFSET]: '0',
        [DeliveryHeader.ATTEMPTS]: '2',
        [DeliveryHeader.ERROR_MESSAGE]: 'no shelf',
      });
      expect(textHeaders(record?.headers)['twice']).to.deep.equal(['1', '2']);
      expect((await spans.waitFor(`send ${topic}.${groupId}.dead-letter`)).spanContext().traceId).to.equal(a.traceId);
    });

    it('keeps the value of a failing message that fits into its topics only when it is compressed', async () => {
      const topic = await kafka.createTopic();
      const groupId = kafka.groupId();
      const value = 'tea '.repeat(500_000);
      const producer = await kafka.producer();
      await producer.send({ topic, messages: [{ key: 'k', value }], compression: CompressionTypes.GZIP });
      const dead = Promise.withResolvers<{ readonly attempts: number }>();
      const fail = () => Promise.reject(new Error('no shelf'));
      const subscription = await subscribe(topic, fail, { groupId, retry: { attempts: 1 }, retryTopics: { delays: ['20ms'] } });
      subscription.on('dead-letter', dead.resolve);
      expect((await dead.promise).attempts).to.equal(2);
      await subscription.drain();
      const [record] = await kafka.read(`${topic}.${groupId}.dead-letter`, 1);
      expect(String(record?.value) === value, 'whether it is the value that was sent').to.equal(true);
      expect(textHeaders(record?.headers)).not.to.have.property('tracelink-value-omitted');
      const sends = spans.takeAll().filter(({ name }) => name.startsWith(`send ${topic}.${groupId}.`));
      const told = sends.map(({ name, attributes, status }) => [name, attributes['error.type'], status.code]);
      const names = ['retry.20ms', 'dead-letter'].map((kind) => `send ${topic}.${groupId}.${kind}`);
      expect(told).to.deep.equal(names.map((name) => [name, undefined, SpanStatusCode.UNSET]));
      const sent = (await tracing.metrics()).get('messaging.client.sent.messages')?.dataPoints ?? [];
      expect(sent.filter(({ attributes }) => attributes['error.type'] !== undefined)).to.deep.equal([]);
    });

    it('tells a member on another client what it has handled behind its position (B33)', async () => {
      const topic = await kafka.createTopic();
      const groupId = kafka.groupId();
      await produce(kafka, topic, [{ key: 'a', value: 'not ended' }, ...numbered('handled', 3)]);
      const got = new Collector();
      const subscription = await subscribe(
        topic,
        ({ value }, { signal }) =>
          String(value) === 'not ended'
            ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
            : got.add(String(value)),
        { groupId, concurrency: { keys: 4 } },
      );
      await got.all(...values('handled', 3));
      await subscription.drain({ grace: 0, timeout: 5_000 });
      const again = new Collector();
      await onKafkajs(topic, ({ value }) => again.add(String(value)), { groupId });
      await produce(kafka, topic, numbered('new', 1));
      await again.all('new 0');
      expect(again.values).to.deep.equal(['not ended', 'new 0']);
    });

    it('goes on, in another member, at the first message that was not handled when it was drained', async () => {
      const topic = await kafka.createTopic();
      const groupId = kafka.groupId();
      await produce(kafka, topic, numbered('order', 20));
      const got = new Collector();
      const begun = Promise.withResolvers<void>();
      const first = await subscribe(
        topic,
        ({ value }, { signal }) => {
          if (String(value) !== 'order 10') return got.add(String(value));
          begun.resolve();
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        },
        { groupId },
      );
      await begun.promise;
      expect(await first.drain({ grace: 10 })).to.include({ interrupted: 1 });
      await subscribe(topic, ({ value }) => got.add(String(value)), { groupId });
      await got.until((all) => all.length >= 20);
      expect(got.values).to.deep.equal(values('order', 20));
    });

    it('keeps the partition of a running handler when a member joins while it drains', async () => {
      const topic = await kafka.createTopic();
      const groupId = kafka.groupId();
      await produce(kafka, topic, numbered('order', 2));
      const told = new Collector();
      const options = { groupId, consumer: client.consumer({ maxWait: 100, heartbeatInterval: 100 }) };
      const begunByBoth = Promise.withResolvers<void>();
      const first = await subscribe(
        topic,
        async ({ value }) => {
          told.add(`first begins ${String(value)}`);
          // Longer than the coordinator's wait for a member that has given its partitions away.
          await Promise.race([begunByBoth.promise, workFor(2_500)]);
          told.add(`first ends ${String(value)}`);
        },
        options,
      );
      await told.all('first begins order 0');
      const draining = first.drain();
      const handled = ({ value }: { readonly value: unknown }): void => {
        told.add(`second handles ${String(value)}`);
        begunByBoth.resolve();
      };
      const second = await subscribe(topic, handled, options);
      await told.all('second handles order 1');
      expect(await draining).to.include({ handled: 1, interrupted: 0 });
      await second.drain();
      expect(told.values).to.deep.equal(['first begins order 0', 'first ends order 0', 'second handles order 1']);
      expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
    });

    it('loses and repeats nothing when members join and leave', async () => {
      const topic = await kafka.createTopic(4);
      const groupId = kafka.groupId();
      const got = new Collector();
      const options = { groupId, concurrency: { partitions: 4 }, consumer: client.consumer({ maxWait: 100, heartbeatInterval: 100 }) };
      const join = () => subscribe(topic, ({ value }) => got.add(String(value)), options);
      const first = await join();
      await produce(kafka, topic, numbered('a', 40));
      await got.until((all) => all.length >= 10);
      await join();
      await produce(kafka, topic, numbered('b', 40));
      await got.until((all) => all.length >= 60);
      await first.drain();
      await produce(kafka, topic, numbered('c', 40));
      await got.all(...values('a', 40), ...values('b', 40), ...values('c', 40));
      expect(got.values).to.have.length(120);
    });

    it('gives every partition its turn, though one always has more', async () => {
      const topic = await kafka.createTopic(2);
      const busy = Array.from({ length: 400 }, (_, index) => `busy ${index}`);
      const got = new Collector();
      const gate = Promise.withResolvers<void>();
      const admin = kafka.client().admin();
      await subscribe(
        topic,
        async ({ value }) => {
          const text = String(value).trim();
          if (text === 'busy 0') await gate.promise;
          // As long as a question to the broker takes: what takes no time is done before the client has fetched the rare one.
          if (text.startsWith('busy')) await admin.listTopics();
          got.add(text);
        },
        { consumer: client.consumer({ maxWait: 100, maxBytes: 2_000 }) },
      );
      // Both are read before there is more of one: a client may begin with one of them much earlier.
      for (const partition of [0, 1]) await produce(kafka, topic, [{ partition, value: `begun ${partition}` }]);
      await got.all('begun 0', 'begun 1');
      const many = busy.map((value) => ({ partition: 0, value: value.padEnd(100) }));
      for (let from = 0; from < many.length; from += 20) await produce(kafka, topic, many.slice(from, from + 20));
      await produce(kafka, topic, [{ partition: 1, value: 'rare' }]);
      gate.resolve();
      await got.all('rare', 'busy 399');
      await admin.disconnect();
      const [, , ...after] = got.values;
      expect(after.indexOf('rare')).to.be.lessThan(200);
      expect(after.filter((value) => value !== 'rare')).to.deep.equal(busy);
    });

    it('does not subscribe when its session is refused, and says how to choose one', async () => {
      const topic = await kafka.createTopic();
      const starting = subscribe(topic, () => {}, { consumer: client.consumer({ sessionTimeout: 3_600_000, heartbeatInterval: 100 }) });
      const error: unknown = await starting.catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'not_joined');
      expect(String(error)).to.contain('group.min.session.timeout.ms');
    });
  });
}
