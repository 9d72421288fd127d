import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { TraceBackEnd } from '../../src/doctor/back-ends/back-ends.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { BackEndSpan } from '../../src/doctor/rules/traced-record.ts';

const minute = 60_000;

describe('diagnose, of the traces that it asks a back end for', () => {
  let kafka: EmbeddedKafka;
  let client: Kafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  });
  afterEach(() => kafka.stop());

  const idOf = (index: number, digits: number): string => String(index + 1).padStart(digits, '0');
  const append = (index: number, timestamp: number, span = index): void =>
    void kafka
      .topic('orders')
      .append(0, [{ value: 'v', timestamp, headers: { traceparent: `00-${idOf(index, 32)}-${idOf(span, 16)}-01` } }]);

  /** A back end that knows every trace. */
  function knowing(spans?: (traceId: string) => readonly BackEndSpan[]): TraceBackEnd & { readonly asked: string[] } {
    const asked: string[] = [];
    const hasTrace = async (traceId: string): Promise<boolean> => asked.push(traceId) > 0;
    return { asked, hasTrace, ...(spans && { spans: async (traceId: string) => spans(traceId) }) };
  }

  /** The span that the record of a trace names. */
  function sent(traceId: string): BackEndSpan {
    return {
      traceId,
      spanId: traceId.slice(-16),
      parentSpanId: undefined,
      kind: 'producer',
      service: 'shop',
      scope: 'test',
      destination: 'orders',
      operation: 'send',
      batchSize: undefined,
      links: [],
      droppedLinks: 0,
    };
  }

  it('asks for the newest ones that had the time to arrive, and says how many they were', async () => {
    const now = Date.now();
    for (let index = 0; index < 50; index++) append(index, now - 10 * minute + index);
    for (let index = 50; index < 99; index++) append(index, now);
    const backEnd = knowing();
    const { healthy, topics } = await diagnose(client, { backEnd });
    expect(backEnd.asked).to.deep.equal(Array.from({ length: 20 }, (_, index) => idOf(30 + index, 32)));
    expect([healthy, topics[0]?.tracesAsked]).to.deep.equal([true, 20]);
  });

  it('is not healthy where no trace had the time to arrive', async () => {
    append(0, Date.now());
    const { healthy, topics } = await diagnose(client, { backEnd: knowing() });
    expect([healthy, topics[0]?.tracesAsked, topics[0]?.findings]).to.deep.equal([false, 0, []]);
  });

  it('tells the share of the records that it asked for', async () => {
    for (let index = 0; index < 500; index++) append(index, Date.now() - minute);
    const shares = async (backEnd: TraceBackEnd): Promise<unknown> =>
      (await diagnose(client, { last: 500, backEnd })).topics[0]?.findings.map(({ rule, records, of, share }) => [
        rule,
        records,
        of,
        share,
      ]);
    expect(await shares({ hasTrace: async () => false })).to.deep.equal([['trace-unknown', 20, 20, 1]]);
    const own = { spanId: 'e'.repeat(16), scope: 'application' };
    const twice = knowing((traceId) => [
      { ...sent(traceId), parentSpanId: own.spanId },
      { ...sent(traceId), ...own },
    ]);
    expect(await shares(twice)).to.deep.equal([['send-traced-twice', 20, 20, 1]]);
  });

  it('finds links missing only in a batch of which it read every record', async () => {
    const batch = (batchSize: number, links: readonly number[]): BackEndSpan => ({
      ...sent('f'.repeat(32)),
      kind: 'consumer',
      service: 'stock',
      operation: 'process',
      batchSize,
      links: links.map((index) => ({ traceId: idOf(index, 32), spanId: idOf(index, 16) })),
    });
    // The first five are of one send, which is one link.
    for (let index = 0; index < 5; index++) append(0, Date.now() - minute);
    for (let index = 5; index < 15; index++) append(index, Date.now() - minute);
    const found = async (span: BackEndSpan): Promise<readonly (readonly [string, number])[] | undefined> => {
      const { topics } = await diagnose(client, { last: 10, backEnd: knowing((traceId) => [sent(traceId), span]) });
      return topics[0]?.findings.map(({ rule, records }) => [rule, records]);
    };
    expect(await found(batch(8, [0, 5, 6, 7]))).to.deep.equal([]);
    expect(await found(batch(3, [9, 10]))).to.deep.equal([['batch-links-missing', 2]]);
  });
});

describe('diagnose, of one span in many records', () => {
  it('finds nothing in one send, whatever timestamps the application gives', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { events: 2 } });
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const sent = [0, 1, 2, 3].map((index) => ({ value: 'v', timestamp: Date.now() - 4 * minute + index * 40_000, headers }));
    kafka.topic('events').append(0, sent);
    kafka.topic('events').append(1, sent);
    expect((await diagnose(client)).topics[0]?.findings).to.deep.equal([]);
    const other = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` };
    kafka.topic('events').append(1, [
      { value: 'v', headers: other },
      { value: 'v', headers },
    ]);
    const { findings } = (await diagnose(client)).topics[0] ?? {};
    expect(findings?.map(({ rule, records }) => [rule, records])).to.deep.equal([['one-span-many-records', 9]]);
  });

  it('calls no record of one send to two topics a copy, whatever timestamps the application gives', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { audits: 1, copies: 1, events: 1 } });
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const now = Date.now();
    const append = (topic: string, value: string, timestamp: number): void =>
      void kafka.topic(topic).append(0, [{ key: 'order-1', value, timestamp, headers }]);
    append('events', 'placed', now - 10_000);
    append('audits', 'placed by Ada', now - 5_000);
    const found = async (): Promise<unknown> => {
      const { topics } = await diagnose(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }));
      return topics.flatMap(({ topic, findings }) => findings.map(({ rule, examples }) => [topic, rule, examples[0]?.seen]));
    };
    expect(await found()).to.deep.equal([]);
    append('copies', 'placed', now - 5_000);
    expect(await found()).to.deep.equal([['copies', 'context-copied', 'as in events']]);
  });

  for (const [records, keyOf] of [
    ['records without a key', () => null],
    ['a batch, in whatever order they stand', (index: number) => `order-${index}`],
  ] as const)
    it(`finds the copies of ${records}`, async () => {
      await using kafka = await EmbeddedKafka.start({ topics: { copies: 1, events: 1 } });
      const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
      const now = Date.now();
      const batch = (timestamp: number) =>
        Array.from({ length: 8 }, (_, index) => ({ key: keyOf(index), value: `placed ${index}`, timestamp, headers }));
      kafka.topic('events').append(0, batch(now - 10_000));
      // As the partitions of a topic may be read in another order.
      kafka.topic('copies').append(0, batch(now - 5_000).reverse());
      const { topics } = await diagnose(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }));
      const found = topics.flatMap(({ topic, findings }) => findings.map((finding) => [topic, finding.rule, finding.records]));
      expect(found).to.deep.equal([['copies', 'context-copied', 8]]);
    });
});
