import type { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type { Admin } from 'kafkajs';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import type { BlockedPartition } from '../../../src/subscribe/partitions/partition-controller.ts';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const deadLetterTopic = `${topic}.${groupId}.dead-letter`;

describe('dead-letter records', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 4, groupId, options: { concurrency: { partitions: 4 } } });
  const { started } = embedded;
  let kafka: EmbeddedKafka;
  let admin: Admin;
  beforeEach('reach the broker', async () => {
    ({ kafka } = embedded);
    admin = embedded.client().admin();
    await admin.connect();
  });
  afterEach('leave it', () => admin.disconnect());

  const fails = (): never => {
    throw new Error('no');
  };
  const deadLetterRecords = (partition = 0) =>
    kafka
      .topic(deadLetterTopic)
      .records(partition)
      .map(({ key, value, headers }) => ({
        key: key && String(key),
        value: value && String(value),
        headers: Object.fromEntries(headers.map((header) => [String(header.key), header.value === null ? null : String(header.value)])),
      }));

  it('go to the current partitions when their topic was created again with fewer', async () => {
    const subscription = await started(fails);
    const told = new Collector();
    subscription.on('dead-letter', ({ partition }) => told.add(String(partition)));
    await admin.deleteTopics({ topics: [deadLetterTopic] });
    await admin.createTopics({ topics: [{ topic: deadLetterTopic, numPartitions: 1 }] });
    for (const partition of [0, 1, 2, 3]) kafka.topic(topic).append(partition, [{ value: `of ${partition}` }]);
    await told.all('0', '1', '2', '3');
    expect(deadLetterRecords().map(({ value }) => value)).to.have.members(['of 0', 'of 1', 'of 2', 'of 3']);
  });

  it('are written again when their topic was deleted, after it is created with its old configuration', async () => {
    const subscription = await started(fails);
    const told = new Collector();
    subscription.on('dead-letter', ({ partition }) => told.add(String(partition)));
    await admin.deleteTopics({ topics: [deadLetterTopic] });
    kafka.topic(topic).append(3, [{ value: 'x' }]);
    await told.all('3');
    expect(kafka.topic(deadLetterTopic).partitions).to.equal(4);
    expect(deadLetterRecords(3).map(({ value }) => value)).to.deep.equal(['x']);
  });

  it('have an empty value for a null header, and name the header', async () => {
    const subscription = await started(fails);
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [
      { key: 'a', value: '1', headers: { tenant: null } as never },
      { key: 'b', value: '2' },
    ]);
    await told.all('0', '1');
    expect(deadLetterRecords().map(({ value }) => value)).to.deep.equal(['1', '2']);
    expect(deadLetterRecords()[0]?.headers).to.include({ tenant: '', 'tracelink-null-headers': 'tenant' });
    expect(deadLetterRecords()[1]?.headers).not.to.have.property('tracelink-null-headers');
  });

  it('keep headers whose names every object has, as the handler sees them', async () => {
    const headers = Object.fromEntries(Object.getOwnPropertyNames(Object.prototype).map((name) => [name, 'x']));
    const seen: unknown[] = [];
    const subscription = await started(({ headers: got }) => {
      seen.push(Object.entries(got).map(([name, value]) => [name, String(value)]));
      throw new Error('no');
    });
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [{ key: 'a', value: '1', headers }]);
    await told.all('0');
    expect(seen).to.deep.equal([Object.entries(headers)]);
    expect(Object.entries(deadLetterRecords()[0]?.headers ?? {})).to.deep.include.members(Object.entries(headers));
  });

  it('are written without what makes them too large, also compressed, at last without their value, and say so', async () => {
    const subscription = await started(fails);
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [{ key: 'k', value: 'large', headers: { own: 'header' } }, { value: 'next' }]);
    // The whole record, the same compressed, and what is compressed at once: the record without its stack.
    kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 3 }, { error: 'MESSAGE_TOO_LARGE' });
    await told.all('0', '1');
    kafka.assertNoPendingFaults();
    const [first, second] = deadLetterRecords();
    expect(first).to.include({ key: 'k', value: null });
    expect(first?.headers).to.include({ 'tracelink-value-omitted': '5', own: 'header', [DeliveryHeader.ORIGINAL_OFFSET]: '0' });
    expect(first?.headers).not.to.have.property(DeliveryHeader.ERROR_STACK);
    expect(second).to.include({ value: 'next' });
  });

  it('are not tried again without a stack that they do not have', async () => {
    const subscription = await started(fails, { deadLetter: { errorText: false } });
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    kafka.topic(topic).append(0, [{ key: 'k', value: 'large' }]);
    kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 2 }, { error: 'MESSAGE_TOO_LARGE' });
    await told.all('0');
    expect(deadLetterRecords()[0]?.headers).to.include({ 'tracelink-value-omitted': '5' });
  });

  it('keep health from being ok until they are written, and do not run the handler again', async () => {
    const attempts: number[] = [];
    const subscription = await started((_, { attempt }) => {
      attempts.push(attempt);
      throw new Error('no');
    });
    const refusals = new Collector<BlockedPartition>();
    const samples: boolean[] = [];
    subscription.on('blocked', (blocked) => refusals.add(blocked));
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    const refused = kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    await refusals.until((all) => all.length === 1);
    const sampling = setInterval(() => samples.push(subscription.health().ok), 1);
    await refusals.until((all) => all.length === 6);
    clearInterval(sampling);
    expect(samples).to.not.include(true);
    expect(subscription.health().blocked).to.have.length(1);
    refused.remove();
    await told.all('0');
    expect(attempts).to.deep.equal([1]);
    expect(deadLetterRecords()[0]?.headers).to.include({ [DeliveryHeader.ATTEMPTS]: '1' });
    kafka.topic(topic).append(0, [{ value: 'y' }]);
    await told.all('1');
    expect(subscription.health()).to.deep.include({ ok: true, blocked: [] });
  });

  it('keep health from being ok while other keys continue, while the subscription is paused, and after it is resumed', async () => {
    const samples: boolean[] = [];
    const got = new Collector();
    const subscription = await started(
      ({ value }) => {
        if (String(value) === 'poison') throw new Error('no');
        // Two per fetch, so that the second one sees the effect of the first one.
        samples.push(subscription.health().ok);
        got.add(String(value));
      },
      { concurrency: { keys: 2 } },
    );
    const refusals = new Collector<BlockedPartition>();
    subscription.on('blocked', (blocked) => refusals.add(blocked));
    const told = new Collector();
    subscription.on('dead-letter', ({ offset }) => told.add(offset));
    const refused = kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    kafka.topic(topic).append(0, [{ key: 'p', value: 'poison' }]);
    await refusals.until((all) => all.length === 1);
    for (const value of ['a', 'b', 'c']) {
      kafka.topic(topic).append(
        0,
        [`${value}1`, `${value}2`].map((each) => ({ key: each, value: each })),
      );
      await got.all(`${value}1`, `${value}2`);
    }
    expect(samples).to.deep.equal(Array(6).fill(false));
    subscription.pause();
    // Its retry is due while the subscription is paused.
    while (subscription.health().blocked.length === 0 || subscription.health().blocked.some(({ resumesAt = 0 }) => resumesAt > Date.now()))
      await new Promise(setImmediate);
    expect(subscription.health().ok).to.equal(false);
    subscription.resume();
    expect(subscription.health().ok).to.equal(false);
    refused.remove();
    await told.all('0');
    while (!subscription.health().ok) await new Promise(setImmediate);
  });

  it('have the retention of their source, and accept records as large', async () => {
    await admin.createTopics({
      topics: [
        {
          topic: 'audits',
          numPartitions: 1,
          configEntries: [
            { name: 'retention.ms', value: '2592000000' },
            { name: 'max.message.bytes', value: '5000000' },
          ],
        },
      ],
    });
    await started(() => {}, { topics: ['audits'], retryTopics: { delays: ['1s', '8d'] } });
    const configOf = async (name: string): Promise<Record<string, string>> => {
      const { resources } = await admin.describeConfigs({ resources: [{ type: 2, name }], includeSynonyms: false });
      return Object.fromEntries((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
    };
    for (const name of ['audits.packing.dead-letter', 'audits.packing.retry.1s', 'audits.packing.retry.8d'])
      expect(await configOf(name)).to.include({ 'retention.ms': '2592000000', 'max.message.bytes': '5065536' });
    // The source's retention is shorter than a retry topic's must be.
    await started(() => {}, { topics: [topic], retryTopics: { delays: ['8d'] } });
    expect(await configOf('orders.packing.retry.8d')).to.include({ 'retention.ms': String(15 * 86_400_000) });
  });

  it('need a retry topic whose retention is longer than its delay, which subscribe checks', async () => {
    const configEntries = [{ name: 'retention.ms', value: '3600000' }];
    await admin.createTopics({ topics: [{ topic: 'orders.packing.retry.2h', numPartitions: 4, configEntries }] });
    const refused: unknown = await started(() => {}, { retryTopics: { delays: ['2h'] } }).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'invalid_option');
    expect(String(refused)).to.contain('"orders.packing.retry.2h" keeps records for 3600000 ms (retention.ms), less than the 7200000 ms');
  });

  it('are not written for retry records of another subscription with the same topic names, which the log reports once', async () => {
    await admin.createTopics({ topics: [{ topic: 'orders.placed', numPartitions: 1 }] });
    const got: string[] = [];
    const handled = new Collector();
    const take =
      (name: string): SubscribeOptions['handler'] =>
      ({ topic: of, value }, { attempt }) => {
        got.push(`${name} ${of} ${String(value)}`);
        if (attempt === 1) throw new Error('not yet');
        handled.add(`${name} ${String(value)}`);
      };
    const retryTopics = { delays: ['100ms'] };
    const lines: [text: string, fields: object][] = [];
    const log = { info: () => {}, warn: (fields: object, text: string) => void lines.push([text, fields]) };
    await started(take('one'), { groupId: 'placed.worker', topics: [topic], retryTopics, log });
    await started(take('two'), { groupId: 'worker', topics: ['orders.placed'], retryTopics });
    for (const value of ['b', 'c']) kafka.topic('orders.placed').append(0, [{ value }]);
    await handled.all('two b', 'two c');
    kafka.topic(topic).append(0, [{ value: 'a' }]);
    // Behind the other's, so that those have been passed over.
    await handled.all('one a');
    const others = ['two orders.placed b', 'two orders.placed b', 'two orders.placed c', 'two orders.placed c'];
    expect(got.toSorted()).to.deep.equal(['one orders a', 'one orders a', ...others]);
    expect(lines).to.deep.equal([
      [
        'Another subscription has a retry topic of the same name: its records are passed over. retryTopics.topic can give another name',
        { topic: 'orders.placed.worker.retry.100ms', offset: '0' },
      ],
    ]);
  });

  it('are not needed when a delay is removed from the options: the messages in its topic are handled', async () => {
    const before = await started(fails, { retryTopics: { delays: ['200ms', '1h'] } });
    const put = new Collector();
    before.on('retry-later', ({ retryTopic }) => put.add(retryTopic));
    kafka.topic(topic).append(1, [{ value: 'x' }]);
    await put.all('orders.packing.retry.200ms');
    await before.drain();
    const got = new Collector();
    await started(({ value, topic: of }) => got.add(`${of} ${String(value)}`), { retryTopics: { delays: ['1h'] } });
    await got.all('orders x');
  });
});
