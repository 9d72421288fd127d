import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import type { HeaderValues } from '../../../src/client/port/message.ts';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { Attr } from '../../../src/telemetry/semconv.ts';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import type { MessageHandler } from '../../../src/subscribe/attempt/message-scope.ts';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

interface Seen {
  readonly value: string;
  readonly attempt: number;
  readonly place: string;
  readonly at: number;
}

describe('a message with scheduled retries', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans } = useTracing();
  const later: Partial<SubscribeOptions> = { classify: () => 'retry-later' };

  async function started(
    values: readonly string[],
    handler: MessageHandler,
    options: Partial<SubscribeOptions>,
  ): Promise<{
    topic: string;
    groupId: string;
    seen: Seen[];
    subscription: Subscription;
    dead: Promise<{ attempts: number; error: unknown }>;
  }> {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(
      kafka,
      topic,
      values.map((value) => ({ key: 'same', value })),
    );
    const seen: Seen[] = [];
    const dead = Promise.withResolvers<{ attempts: number; error: unknown }>();
    const subscription = await subscribe(
      topic,
      (message, scope) => {
        const place = `${message.topic}/${message.partition}/${message.offset}`;
        seen.push({ value: String(message.value), attempt: scope.attempt, place, at: Date.now() });
        return handler(message, scope);
      },
      { groupId, ...options },
    );
    subscription.on('dead-letter', dead.resolve);
    return { topic, groupId, seen, subscription, dead: dead.promise };
  }

  it('passes through the retry topics, never early, and then to the dead-letter topic, each attempt linked to the one before', async () => {
    const dues: number[] = [];
    const { topic, groupId, seen, subscription, dead } = await started(['bad'], () => Promise.reject(new Error('no shelf')), {
      retry: { attempts: 2, backoff: { initial: 1, jitter: 0 } },
      retryTopics: { delays: ['50ms', '150ms'] },
    });
    subscription.on('retry-later', ({ due }) => dues.push(due));
    expect(await dead).to.include({ attempts: 4 });
    await subscription.drain();
    expect(seen.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4]);
    expect(new Set(seen.map(({ place }) => place))).to.deep.equal(new Set([`${topic}/0/0`]));
    expect(seen[2]?.at).to.be.at.least(dues[0] as number);
    expect(seen[3]?.at).to.be.at.least(dues[1] as number);
    expect(await committed(groupId, topic)).to.deep.equal(['1', '']);
    expect(await committed(groupId, `${topic}.${groupId}.retry.150ms`)).to.deep.equal(['1', '']);
    const attempts = spans.takeAll().filter(({ name }) => name.startsWith('process'));
    expect(attempts.map(({ attributes }) => attributes[Attr.DELIVERY_ATTEMPT])).to.deep.equal([1, 2, 3, 4]);
    for (const [index, { links }] of attempts.entries()) {
      const previous = links.find((link) => link.attributes?.[Attr.LINK_KIND] === 'previous_attempt');
      expect(previous?.context.spanId).to.equal(attempts[index - 1]?.spanContext().spanId);
    }
  });

  it('is decoded and classified by the topic and partition that it had first', async () => {
    const topic = await kafka.createTopic(2);
    await produce(kafka, topic, [{ value: 'a', partition: 1 }]);
    const decoded: string[] = [];
    const classified: string[] = [];
    const dead = Promise.withResolvers<void>();
    const subscription = await subscribe<string>(topic, () => Promise.reject(new Error('no shelf')), {
      codec: {
        decode(value, context) {
          decoded.push(`${context.topic}/${context.partition}`);
          return String(value);
        },
      },
      classify(_error, message) {
        classified.push(`${message.topic}/${message.partition}/${message.offset} ${message.attempt}`);
        return 'retry-later';
      },
      retryTopics: { delays: ['10ms'] },
    });
    subscription.on('dead-letter', () => dead.resolve());
    await dead.promise;
    await subscription.drain();
    expect(decoded).to.deep.equal([`${topic}/1`, `${topic}/1`]);
    expect(classified).to.deep.equal([`${topic}/1/0 1`, `${topic}/1/0 2`]);
    spans.takeAll();
  });

  it('does not block the messages behind it', async () => {
    const again = Promise.withResolvers<void>();
    const { seen, subscription } = await started(
      ['first', 'second'],
      ({ value }, { attempt }) => {
        if (String(value) === 'second') return undefined;
        return attempt === 1 ? Promise.reject(new Error('not yet')) : again.resolve();
      },
      { ...later, retryTopics: { delays: ['300ms'] } },
    );
    await again.promise;
    const report = await subscription.drain();
    expect(report).to.include({ interrupted: 0, deadLettered: 0 });
    expect(seen.map(({ value, attempt }) => `${value}.${attempt}`)).to.deep.equal(['first.1', 'second.1', 'first.2']);
    spans.takeAll();
  });

  it('blocks the messages behind it when the ordering is strict, and is not retried early by resume()', async () => {
    const handled = Promise.withResolvers<void>();
    const delayed = Promise.withResolvers<void>();
    const { topic, groupId, seen, subscription } = await started(
      ['first', 'second'],
      ({ value }, { attempt }) => {
        if (String(value) === 'second') return handled.resolve();
        delayed.resolve();
        return attempt === 1 ? Promise.reject(new Error('not yet')) : undefined;
      },
      { ...later, retryTopics: { delays: ['300ms'], ordering: 'strict' } },
    );
    await delayed.promise;
    subscription.resume();
    await handled.promise;
    expect(seen.map(({ value, attempt }) => `${value}.${attempt}`)).to.deep.equal(['first.1', 'first.2', 'second.1']);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).to.be.at.least(300);
    expect(seen.map(({ place }) => place)).to.deep.equal([`${topic}/0/0`, `${topic}/0/0`, `${topic}/0/1`]);
    expect(subscription.health()).to.deep.include({ ok: true, delayed: [] });
    await subscription.drain();
    expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
    spans.takeAll();
  });

  it('waits as long as its handler asks, also when the handler catches everything, and as often as maxRetries allows', async () => {
    const { seen, dead, subscription } = await started(
      ['early'],
      (_, { retryLater }) => {
        try {
          retryLater(20);
        } catch {
          // A handler that does not know what it caught.
        }
      },
      { retryTopics: { delays: ['50ms', '1h'], maxRetries: 3 } },
    );
    expect(await dead).to.include({ attempts: 4 });
    for (const [index, { at }] of seen.entries()) if (index > 0) expect(at - (seen[index - 1]?.at ?? 0)).to.be.at.least(20);
    await subscription.drain();
    spans.takeAll();
  });

  it('goes to the dead-letter topic at once when its handler asks for a delay that no retry topic has', async () => {
    const tooLong = await started(['a'], (_, { retryLater }) => retryLater(51), { retryTopics: { delays: ['50ms'] } });
    expect(String((await tooLong.dead).error)).to.equal(
      'RangeError: retryLater takes from 0 to 50 ms, the longest of retryTopics.delays, not 51: add a longer one.',
    );
    const none = await started(['a'], (_, { retryLater }) => retryLater(1), {});
    const { error, attempts } = await none.dead;
    expect(error).to.have.property('code', 'no_retry_topics');
    expect(attempts).to.equal(1);
    await Promise.all([tooLong.subscription.drain(), none.subscription.drain()]);
    spans.takeAll();
  });

  it('is not delayed past the deadline', async () => {
    const { seen, dead, subscription } = await started(['a'], () => Promise.reject(new Error('no')), {
      ...later,
      retry: { deadline: 1_000 },
      retryTopics: { delays: ['10ms', '1m'] },
    });
    expect(await dead).to.include({ attempts: 2 });
    expect(seen).to.have.length(2);
    await subscription.drain();
    spans.takeAll();
  });

  it('has the attempt that was scheduled before the deadline when the consumer was stopped past it, and no other', async () => {
    const { topic, groupId, seen, subscription, dead } = await started([], () => Promise.reject(new Error('no')), {
      ...later,
      retry: { deadline: 60_000 },
      retryTopics: { delays: ['50ms', '60ms'] },
    });
    const anHourAgo = Date.now() - 3_600_000;
    const headers = { [DeliveryHeader.FIRST_SEEN]: String(anHourAgo), [DeliveryHeader.RETRY_DUE]: String(anHourAgo + 30_000) };
    await produce(kafka, `${topic}.${groupId}.retry.50ms`, [{ value: 'a', headers }]);
    expect(await dead).to.include({ attempts: 2 });
    expect(seen.map(({ attempt }) => attempt)).to.deep.equal([2]);
    await subscription.drain();
    spans.takeAll();
  });

  it('is no attempt of another topic to which its handler forwards it with all its headers', async () => {
    const next = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const forwarded = Promise.withResolvers<HeaderValues>();
    const other = await subscribe(next, ({ headers }) => forwarded.resolve(headers));
    const { subscription } = await started(
      ['a'],
      async ({ value, headers }, { attempt }) => {
        if (attempt === 1) throw new Error('not yet');
        await producer.send({ topic: next, messages: [{ value, headers: { ...headers } as IHeaders }] });
      },
      { ...later, retryTopics: { delays: ['10ms'] } },
    );
    expect(await forwarded.promise).to.include.keys(DeliveryHeader.FAILED_ATTEMPT);
    await Promise.all([subscription.drain(), other.drain()]);
    const [process] = spans.takeAll().filter(({ name }) => name === `process ${next}`);
    expect(process?.links.filter(({ attributes }) => attributes?.[Attr.LINK_KIND] === 'previous_attempt')).to.deep.equal([]);
  });

  it('is handled when another program wrote its headers, or a clock that is ahead', async () => {
    const { topic, groupId, seen, subscription } = await started([], () => undefined, { retryTopics: { delays: ['50ms'] } });
    const done = Promise.withResolvers<void>();
    const ahead = String(Date.now() + 3_600_000);
    const forged = {
      [DeliveryHeader.ORIGINAL_PARTITION]: '-1',
      [DeliveryHeader.ORIGINAL_OFFSET]: '0x10',
      [DeliveryHeader.ATTEMPTS]: '9'.repeat(15),
      [DeliveryHeader.RETRIES]: 'many',
      [DeliveryHeader.FIRST_SEEN]: ahead,
    };
    await produce(kafka, `${topic}.${groupId}.retry.50ms`, [
      { value: 'bare' },
      { value: 'forged', headers: forged },
      { value: 'ahead', headers: { [DeliveryHeader.RETRY_DUE]: ahead, [DeliveryHeader.ATTEMPTS]: '7' } },
    ]);
    const look = setInterval(() => seen.length === 3 && done.resolve(), 5);
    await done.promise;
    clearInterval(look);
    await subscription.drain();
    expect(seen.map(({ value, attempt, place }) => [value, attempt, place])).to.deep.equal([
      ['bare', 2, `${topic}/0/0`],
      ['forged', 2, `${topic}/0/1`],
      ['ahead', 8, `${topic}/0/2`],
    ]);
    spans.takeAll();
  });
});
