import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import type { RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import type { BlockedPartition } from '../../../src/subscribe/partitions/partition-controller.ts';
import { jsonCodec, UndecodableError } from '../../../src/subscribe/attempt/codec.ts';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import { produce } from '../../support/broker/consume.ts';
import { textHeaders, useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('a message that fails', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const { spans, warnings } = useTracing();

  it('is not retried when the error is a programming error', async () => {
    const { record, attempts } = await deadLetterOf(() => {
      throw new TypeError('undefined is not a function');
    });
    expect(attempts).to.equal(1);
    expect(record).to.include({ [DeliveryHeader.ERROR_CLASS]: 'TypeError', [DeliveryHeader.ATTEMPTS]: '1' });
  });

  it('is retried when fetch fails because the server is down', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { record, attempts } = await deadLetterOf(() => fetch(`http://127.0.0.1:${port}`));
    expect(attempts).to.equal(3);
    expect(record).to.include({ [DeliveryHeader.ERROR_CLASS]: 'TypeError', [DeliveryHeader.ERROR_MESSAGE]: 'fetch failed' });
  });

  it('is not retried when its handler sends it to the dead-letter topic, even if the handler catches everything', async () => {
    const { record, attempts } = await deadLetterOf((_, scope) => {
      try {
        scope.deadLetter('sold out for ever');
      } catch {
        // A handler that does not know what it caught.
      }
    });
    expect(attempts).to.equal(1);
    expect(record).to.include({ [DeliveryHeader.ERROR_CLASS]: 'DeadLettered', [DeliveryHeader.ERROR_MESSAGE]: 'sold out for ever' });
  });

  it('is never handled when its value cannot be decoded', async () => {
    let handled = 0;
    const { record } = await deadLetterOf(() => handled++, { codec: jsonCodec() });
    expect(handled).to.equal(0);
    expect(record[DeliveryHeader.ERROR_MESSAGE]).to.match(/^\[undecodable\] The value is not JSON/);
  });

  it('is never handled when its codec rejects later with UndecodableError, and keeps its value byte for byte', async () => {
    const { record, attempts, value } = await deadLetterOf(() => expect.fail('it was handled'), {
      classify: () => 'retry',
      codec: { decode: () => Promise.reject(new UndecodableError('no such schema')) },
    });
    expect(attempts).to.equal(1);
    expect(record).to.include({ [DeliveryHeader.ERROR_MESSAGE]: '[undecodable] no such schema' });
    expect(String(value)).to.equal('not JSON');
  });

  it('is retried when its codec fails with any other error, which classify sees', async () => {
    for (const failed of [new Error('connect ECONNREFUSED'), undefined]) {
      const asked: unknown[] = [];
      const classify = (error: unknown): 'retry' => (asked.push(error), 'retry');
      const { record, attempts } = await deadLetterOf(() => expect.fail('it was handled'), {
        classify,
        codec: { decode: () => Promise.reject(failed) },
      });
      expect(attempts).to.equal(3);
      expect(asked).to.deep.equal([failed, failed, failed]);
      expect(record[DeliveryHeader.ERROR_CLASS]).to.equal(failed === undefined ? '_OTHER' : 'Error');
    }
  });

  it('is handled when its codec recovers, and the codec sees the record', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ key: 'k', value: '1', headers: { schema: '7' } }]);
    const handled = Promise.withResolvers<unknown>();
    let calls = 0;
    await subscribe<unknown>(topic, ({ value }) => handled.resolve(value), {
      codec: {
        async decode(value, { topic: of, partition, key, headers }) {
          if (++calls < 3) throw new Error('registry down');
          return [String(value), of, partition, String(key), String(headers['schema'])];
        },
      },
    });
    expect(await handled.promise).to.deep.equal(['1', topic, 0, 'k', '7']);
    for (let attempt = 0; attempt < 3; attempt++) await spans.waitFor(`process ${topic}`);
  });

  it('is abandoned at a drain when its codec never ends', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ key: 'k', value: '1' }]);
    const begun = Promise.withResolvers<void>();
    const decode = (): Promise<never> => {
      begun.resolve();
      return new Promise(() => {});
    };
    const subscription = await subscribe(topic, () => {}, { groupId, codec: { decode } });
    await begun.promise;
    const { abandoned } = await subscription.drain({ grace: 0, timeout: 20 });
    expect(abandoned.map(({ key, offset }) => [key, offset])).to.deep.equal([['k', '0']]);
    expect(await committed(groupId, topic)).to.deep.equal(['0', '']);
    await spans.waitFor(`process ${topic}`);
  });

  it('goes to the dead-letter topic with the beginning of a reason of any size', async () => {
    const { record, attempts } = await deadLetterOf((_, { deadLetter }) => deadLetter('sold out '.repeat(1_000_000)));
    expect(attempts).to.equal(1);
    expect(record[DeliveryHeader.ERROR_MESSAGE])
      .to.match(/^(sold out ){113}/)
      .and.have.length(1_024);
    expect(Buffer.byteLength(record[DeliveryHeader.ERROR_STACK] as string)).to.be.at.most(8_192);
  });

  it('is retried whatever its handler threw, and its dead-letter record describes the thrown value', async () => {
    for (const thrown of [undefined, null, 'text', { toString: 1 }]) {
      const { record, attempts } = await deadLetterOf(() => Promise.reject(thrown));
      expect(attempts).to.equal(3);
      expect(record[DeliveryHeader.ERROR_CLASS]).to.equal('_OTHER');
      expect(record).not.to.have.property(DeliveryHeader.ERROR_STACK);
    }
  });

  it('has a dead-letter record whose texts are cut to the header limit, between characters', async () => {
    const { record } = await deadLetterOf(() => {
      throw new Error('ö€😀'.repeat(10_000));
    });
    expect(Buffer.byteLength(record[DeliveryHeader.ERROR_MESSAGE] as string)).to.be.within(1_020, 1_024);
    expect(record[DeliveryHeader.ERROR_MESSAGE]).not.to.contain('\ufffd');
    expect(Buffer.byteLength(record[DeliveryHeader.ERROR_STACK] as string)).to.be.within(8_188, 8_192);
  });

  it('has a dead-letter record with Spring’s headers when the option says so', async () => {
    const { record } = await deadLetterOf(() => Promise.reject(new Error('sold out')), { deadLetter: { headers: 'spring' } });
    expect(record).to.include({ 'kafka_dlt-exception-message': 'sold out', [DeliveryHeader.ERROR_MESSAGE]: 'sold out' });
    expect(record['kafka_dlt-original-topic']).to.equal(record[DeliveryHeader.ORIGINAL_TOPIC]);
  });

  it('counts as done when classify returns skip', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: 'bad' }, { value: 'good' }]);
    const good = Promise.withResolvers<void>();
    const subscription = await subscribe(
      topic,
      ({ value }) => (String(value) === 'good' ? good.resolve() : Promise.reject(new Error('bad'))),
      {
        groupId,
        classify: (error, { attempt }) => ((error as Error).message === 'bad' && attempt === 1 ? 'skip' : 'retry'),
      },
    );
    await good.promise;
    expect(await subscription.drain()).to.include({ deadLettered: 0, interrupted: 0 });
    expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
    const [skipped] = spans.takeAll();
    expect(skipped?.events.map(({ name }) => name)).to.include('tracelink.delivery.skip');
  });

  it('blocks its partition when classify returns stop, and is delivered again after resume', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    const seen: string[] = [];
    const done = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<BlockedPartition>();
    let isMended = false;
    const subscription = await subscribe(
      topic,
      ({ value }, { attempt }) => {
        seen.push(`${String(value)}.${attempt}`);
        if (!isMended) throw new Error('not yet');
        if (String(value) === '2') done.resolve();
      },
      { groupId, classify: () => 'stop' },
    );
    subscription.on('blocked', stopped.resolve);
    const told = await stopped.promise;
    expect(told).to.include({ topic, partition: 0, offset: '0', reason: 'classified', resumesAt: undefined });
    expect(subscription.health()).to.deep.include({ ok: false, state: 'running', blocked: [told] });
    isMended = true;
    subscription.resume();
    await done.promise;
    expect(subscription.health()).to.deep.include({ ok: true, blocked: [] });
    expect(seen).to.deep.equal(['1.1', '1.2', '2.1']);
    await subscription.drain();
    expect(spans.takeAll()).to.have.length(3);
    expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
  });

  it('blocks its partition when there is no dead-letter topic', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: '1' }]);
    const stopped = Promise.withResolvers<BlockedPartition>();
    const subscription = await subscribe(topic, () => Promise.reject(new Error('no')), { groupId, deadLetter: false });
    subscription.on('blocked', stopped.resolve);
    expect(await stopped.promise).to.include({ reason: 'no_dead_letters', offset: '0' });
    await subscription.drain();
    expect(await committed(groupId, topic)).to.deep.equal(['0', '']);
    expect(spans.takeAll().map(({ name }) => name)).to.deep.equal(Array.from({ length: 3 }, () => `process ${topic}`));
  });

  it('is judged by the default when the user’s classify throws or returns nonsense', async () => {
    for (const classify of [
      () => 'whatever' as never,
      (): never => {
        throw new Error('mistake');
      },
    ]) {
      const { attempts } = await deadLetterOf(() => Promise.reject(new TypeError('wrong')), { classify });
      expect(attempts).to.equal(1);
    }
    expect(warnings.some((warning) => warning.includes('the classify option failed'))).to.equal(true);
  });

  it('has the error on the span of each attempt, and no attempt after the deadline', async () => {
    const { processed, attempts } = await deadLetterOf(() => Promise.reject(new Error('always')), {
      retry: { attempts: 100, deadline: 0, backoff: { initial: 1 } },
    });
    expect(attempts).to.equal(1);
    expect(processed.map(({ status }) => status)).to.deep.equal([{ code: SpanStatusCode.ERROR, message: 'always' }]);
  });

  it('has its signal aborted when the attempt takes too long', async () => {
    const { record, attempts } = await deadLetterOf(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      { retry: { attempts: 2, attemptTimeout: 5, backoff: { initial: 1 } } },
    );
    expect(attempts).to.equal(2);
    expect(record).to.include({
      [DeliveryHeader.ERROR_CLASS]: 'TimeoutError',
      [DeliveryHeader.ERROR_MESSAGE]: 'The attempt took longer than 5 ms',
    });
  });

  /** The result of one message whose handling fails; takes its spans. */
  async function deadLetterOf(
    handler: Parameters<typeof subscribe<unknown>>[1],
    options: Parameters<typeof subscribe<unknown>>[2] = {},
  ): Promise<{ processed: RecordedSpan[]; attempts: number; record: ReturnType<typeof textHeaders>; value: Buffer | null | undefined }> {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'not JSON' }]);
    const dead = Promise.withResolvers<{ deadLetterTopic: string; attempts: number }>();
    const subscription = await subscribe<unknown>(topic, handler, options);
    subscription.on('dead-letter', dead.resolve);
    const { deadLetterTopic, attempts } = await dead.promise;
    await subscription.drain();
    const [record] = await kafka.read(deadLetterTopic, 1);
    const processed = spans.takeAll().filter(({ name }) => name === `process ${topic}`);
    return { processed, attempts, record: textHeaders(record?.headers), value: record?.value };
  }
});
