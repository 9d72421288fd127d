import { context, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { outboxSettings, relaySettings } from '../../src/outbox/table/outbox-options.ts';
import { outbox, outboxTable } from '../../src/outbox/index.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { inTransaction, useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('an outbox', () => {
  const kafka = useKafka();
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  const { spans, metrics } = useTracing();

  /** Runs `work` below a span, as in a request. */
  async function request<T>(work: () => Promise<T>): Promise<T> {
    const span = trace.getTracer('test').startSpan('request');
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } finally {
      span.end();
    }
  }

  it('sends committed messages byte for byte, and deletes them from the table', async () => {
    const topic = await kafka.createTopic(2);
    const { box, pool } = await open();
    const bytes = Buffer.from([0xff, 0, 0xfe]);
    await inTransaction(pool, (client) =>
      box.add(client, {
        topic,
        messages: [
          { key: 'k', value: 'v', partition: 1, timestamp: '1700000000000', headers: { note: 'Größe \ud800', many: ['1', bytes], bytes } },
          { key: bytes, value: null, partition: 1 },
          { value: '', partition: 1, headers: JSON.parse('{"__proto__":"x"}') as Record<string, string> },
        ],
      }),
    );
    const before = Date.now();
    relay(box, kafka.brokers());
    const messages = await kafka.read(topic, 3);
    expect(messages.map(({ key, value }) => [key, value])).to.deep.equal([
      [Buffer.from('k'), Buffer.from('v')],
      [bytes, null],
      [null, Buffer.alloc(0)],
    ]);
    const [first, second, third] = messages;
    expect(first?.timestamp).to.equal('1700000000000');
    expect(Number(second?.timestamp)).to.be.closeTo(before, 5_000);
    expect(textHeaders(first?.headers)).to.include({ note: 'Größe \ufffd' });
    expect(first?.headers?.['many']).to.deep.equal([Buffer.from('1'), bytes]);
    expect(first?.headers?.['bytes']).to.deep.equal(bytes);
    expect(Object.keys(third?.headers ?? {})).to.include('__proto__');
    const messageIds = messages.map(({ headers }) => String(headers?.['tracelink-message-id']));
    expect(new Set(messageIds).size).to.equal(3);
    for (const id of messageIds) expect(id).to.match(/^[0-9a-f-]{36}$/);
    for (let count = 0; count < 3; count++) await spans.waitFor(`send ${topic}`);
    for (let count = 0; count < 3; count++) await spans.waitFor(`create ${topic}`);
    expect(await emptied(box)).to.equal(true);
  });

  it('keeps the trace: the create span is below the request, the send span below the create span and linked to it, and the headers carry the context', async () => {
    const topic = await kafka.createTopic();
    const { box, pool } = await open();
    await request(() => inTransaction(pool, (client) => box.add(client, { topic, messages: [{ key: 'k', value: 'v' }] })));
    const requested = spans.take('request');
    const created = spans.take(`create ${topic}`);
    expect(ids(created.parentSpanContext)).to.deep.equal(ids(requested.spanContext()));
    expect(created.attributes).to.include({
      'messaging.operation.name': 'create',
      'messaging.operation.type': 'create',
      'messaging.destination.name': topic,
      'kafka.message.key': 'k',
    });
    relay(box, kafka.brokers());
    const sent = await spans.waitFor(`send ${topic}`);
    expect(ids(sent.parentSpanContext)).to.deep.equal(ids(created.spanContext()));
    expect(sent.links.map((link) => ids(link.context))).to.deep.equal([ids(created.spanContext())]);
    expect(sent.attributes).to.include({
      'messaging.operation.name': 'send',
      'messaging.destination.partition.id': '0',
      'messaging.client.id': 'outbox-tests',
      'kafka.message.key': 'k',
      'kafka.offset': 0,
    });
    const [message] = await kafka.read(topic, 1);
    expect(textHeaders(message?.headers)['traceparent']).to.contain(`${created.spanContext().traceId}-${created.spanContext().spanId}`);
    const measured = await metrics();
    const wait = measured.get('tracelink.outbox.wait')?.dataPoints[0];
    expect(wait?.attributes).to.deep.equal({ 'messaging.destination.name': topic });
    expect(wait?.value).to.include({ count: 1 });
    expect(measured.get('messaging.client.sent.messages')?.dataPoints[0]?.value).to.equal(1);
    expect(measured.get('messaging.client.operation.duration')?.dataPoints).to.have.length(1);
  });

  it('gives each message of one request its own span in its own trace, with its own offset', async () => {
    const topic = await kafka.createTopic();
    const { box, pool } = await open();
    for (const value of ['a', 'b', 'c'])
      await request(() => inTransaction(pool, (client) => box.add(client, { topic, messages: [{ value }] })));
    relay(box, kafka.brokers());
    const traces = [1, 2, 3].map(() => spans.take(`create ${topic}`).spanContext().traceId);
    const sent = [await spans.waitFor(`send ${topic}`), await spans.waitFor(`send ${topic}`), await spans.waitFor(`send ${topic}`)];
    expect(sent.map((span) => span.spanContext().traceId)).to.deep.equal(traces);
    expect(sent.map(({ attributes }) => attributes['kafka.offset'])).to.deep.equal([0, 1, 2]);
    for (let count = 0; count < 3; count++) spans.take('request');
  });

  it('sends nothing of a transaction that is rolled back', async () => {
    const topic = await kafka.createTopic();
    const { box, pool } = await open();
    const add = (value: string, fails: boolean): Promise<void> =>
      inTransaction(pool, async (client) => {
        await box.add(client, { topic, messages: [{ key: 'k', value }] });
        if (fails) throw new Error('no shelf');
      });
    await add('lost', true).catch(() => {});
    await add('kept', false);
    const running = relay(box, kafka.brokers());
    const [message] = await kafka.read(topic, 1);
    expect(String(message?.value)).to.equal('kept');
    expect((await running.drain()).cutOff).to.equal(false);
    expect(await box.pending()).to.deep.equal({ messages: 0, oldest: undefined });
    // A message that was created and never sent keeps its create span.
    for (let count = 0; count < 2; count++) spans.take(`create ${topic}`);
    await spans.waitFor(`send ${topic}`);
  });

  it('keeps the order of thousands of messages of one transaction, and of large ones', async () => {
    const topic = await kafka.createTopic();
    const { box, pool } = await open({ tracing: { tracerProvider: new ProxyTracerProvider() } });
    const large = 'x'.repeat(900_000);
    const values = Array.from({ length: 1_700 }, (_, index) => String(index));
    await inTransaction(pool, async (client) => {
      await box.add(client, { topic, messages: values.map((value) => ({ value })) });
      await box.add(client, { topic, messages: [1, 2, 3, 4, 5, 6].map(() => ({ value: large })) });
      await box.add(client, { topic, messages: [] });
    });
    expect((await box.pending()).messages).to.equal(1_706);
    expect((await box.pending()).oldest).to.be.within(0, 60_000);
    relay(box, kafka.brokers());
    const messages = await kafka.read(topic, 1_706);
    expect(messages.map(({ value }) => String(value))).to.deep.equal([...values, ...Array.from({ length: 6 }, () => large)]);
  });

  it('rejects messages that no broker would accept, before it touches the transaction', async () => {
    const { box, pool } = await open({ maxMessageBytes: 100 });
    const refusals: readonly [record: unknown, why: RegExp][] = [
      [{ topic: 'not a topic', messages: [] }, /"not a topic" cannot be the name of a topic/],
      [{ topic: '..', messages: [] }, /cannot be the name/],
      [{ topic: 7, messages: [] }, /"7" cannot be the name/],
      [{ topic: 't', messages: [{}] }, /a message for "t" has no value: a tombstone is null/],
      [{ topic: 't', messages: [{ value: 7 }] }, /the value of a message for "t" is a value of type number/],
      [{ topic: 't', messages: [{ value: 'v', key: {} }] }, /the key of a message for "t" is a value of type object/],
      [{ topic: 't', messages: [{ value: 'v', partition: -1 }] }, /the partition of a message for "t" is -1/],
      [{ topic: 't', messages: [{ value: 'v', partition: 2 ** 31 }] }, /whole number from 0/],
      [{ topic: 't', messages: [{ value: 'v', timestamp: 'now' }] }, /the timestamp of a message for "t" is "now"/],
      [
        { topic: 't', messages: [{ value: 'v' }, { value: 'x'.repeat(99) }] },
        /has 101 bytes: it must have at most 100, or maxMessageBytes/,
      ],
      // A character of three bytes.
      [{ topic: 't', messages: [{ value: 'v', headers: { note: '漢'.repeat(40) } }] }, /has 134 bytes: it must have at most 100/],
      [{ topic: 't' }, /the messages for "t" must be a list, not a value of type undefined/],
      [{ topic: 't', messages: [null] }, /a message for "t" is null: it must be an object/],
      [{ topic: 't', messages: [{ value: 'v', headers: null }] }, /the headers of a message for "t" are null: they must be an object/],
      [{ topic: 't', messages: [{ value: 'v', headers: 'a' }] }, /the headers of a message for "t" are a value of type string/],
      [{ topic: 't', messages: [{ value: 'v', headers: { a: 5 } }] }, /of a message for "t", the header "a" has a value of type number/],
    ];
    await inTransaction(pool, async (client) => {
      for (const [record, why] of refusals) {
        const error = (await box.add(client, record as never).catch((reason: unknown) => reason)) as KafkaTracingError;
        expect(error).to.be.instanceOf(KafkaTracingError);
        expect([error.code, error.message]).to.satisfy(([code, text]: string[]) => code === 'invalid_message' && why.test(text ?? ''));
      }
      await client.query('SELECT 1');
    });
    expect((await box.pending()).messages).to.equal(0);
  });

  it('takes messages outside a transaction, and keeps a context that a message already carries', async () => {
    const topic = await kafka.createTopic();
    const { box, pool } = await open();
    const { traceparent } = a;
    await box.add(pool, { topic, messages: [Object.freeze({ value: 'v', headers: Object.freeze({ traceparent }) })] });
    relay(box, kafka.brokers());
    const [message] = await kafka.read(topic, 1);
    expect(textHeaders(message?.headers)['traceparent']).to.equal(traceparent);
    expect(ids((await spans.waitFor(`send ${topic}`)).parentSpanContext)).to.deep.equal(ids(a));
  });

  it('adds messages unchanged but for their id when tracing fails', async () => {
    const propagation = kafkaPropagation();
    propagation.injection = () => {
      throw new Error('no headers');
    };
    const { box, pool, table } = await open({ tracing: { propagation } });
    await box.add(pool, { topic: 'orders', messages: [{ key: 'k', value: 'v', headers: { note: 'n' } }] });
    const { rows } = await pool.query<{ headers: [string, string][] }>(`SELECT headers FROM ${table}`);
    expect(rows[0]?.headers.map(([name]) => name)).to.deep.equal(['note', 'tracelink-message-id']);
    spans.takeAll();
  });

  it('creates its tables in a schema, by the default name, and without an error when they exist', async () => {
    const pool = postgres.pool();
    await pool.query('CREATE SCHEMA shop');
    const topic = await kafka.createTopic();
    const { box } = await open({ table: 'shop.Out' });
    await box.ensure();
    await box.add(pool, { topic, messages: [{ value: 'v' }] });
    relay(box, kafka.brokers());
    expect(await kafka.read(topic, 1)).to.have.length(1);
    await spans.waitFor(`send ${topic}`);
    spans.take(`create ${topic}`);
    await pool.query(outboxTable());
    expect(await outbox(pool).pending()).to.deep.equal({ messages: 0, oldest: undefined });
  });

  it('writes the creation context for Debezium when the option says so, also into an existing table without that column', async () => {
    const topic = await kafka.createTopic();
    const { pool, table } = await open();
    const box = outbox(pool, { table, tracingSpanContext: true });
    await box.ensure();
    await box.ensure();
    await request(() => box.add(pool, { topic, messages: [{ value: 'traced' }, { value: 'second' }] }));
    const [first, second] = [spans.take(`create ${topic}`), spans.take(`create ${topic}`)];
    spans.take('request');
    const { rows } = await pool.query<{ tracingspancontext: string }>(`SELECT tracingspancontext FROM ${table} ORDER BY id`);
    expect(rows.map((row) => row.tracingspancontext)).to.deep.equal(
      [first, second].map((span) => `traceparent=00-${span.spanContext().traceId}-${span.spanContext().spanId}-01\n`),
    );
    const untraced = outbox(pool, { table, tracingSpanContext: true, tracing: { tracerProvider: new ProxyTracerProvider() } });
    await untraced.add(pool, { topic, messages: [{ value: 'untraced' }] });
    const { rows: later } = await pool.query(`SELECT tracingspancontext FROM ${table} ORDER BY id DESC LIMIT 1`);
    expect(later).to.deep.equal([{ tracingspancontext: null }]);
    relay(box, kafka.brokers());
    expect((await kafka.read(topic, 3)).map(({ value }) => String(value))).to.deep.equal(['traced', 'second', 'untraced']);
    for (let count = 0; count < 3; count++) await spans.waitFor(`send ${topic}`);
    expect(outboxTable('t')).to.not.contain('tracingspancontext');
    expect(outboxTable('t', { tracingSpanContext: true })).to.contain('tracingspancontext');
  });

  it('rejects what is no pool, what is no Kafka client, and invalid options', async () => {
    expect(() => outbox({} as never)).to.throw(KafkaTracingError, /outbox takes a pool of pg/);
    const { box, pool } = await open();
    expect(() => outbox(pool, { tables: 'x' } as never)).to.throw(KafkaTracingError, /outbox has no option "tables"/);
    expect(() => outbox(pool, { table: 'a b' })).to.throw(KafkaTracingError, /the name of a table/);
    expect(() => outbox(pool, { tracing: { topic: {} } as never })).to.throw(KafkaTracingError, /outbox.tracing has no option "topic"/);
    expect(() => outbox(pool, { tracing: { agentContext: 'withhold' } as never })).to.throw(KafkaTracingError, /no option "agentContext"/);
    expect(() => outboxTable('a b')).to.throw(KafkaTracingError, /the name of a table/);
    expect(() => box.relay({} as never)).to.throw(KafkaTracingError, /relay takes what makes clients/);
    const wrong: readonly [options: object, why: RegExp][] = [
      [{ poll: 1 }, /relay has no option "poll"/],
      [{ batch: { rows: 1 } }, /relay.batch has no option "rows"/],
      [{ batch: { messages: 0 } }, /1 or more/],
      [{ lease: 1 }, /milliseconds from 100/],
      [{ backoff: { initial: 0 } }, /milliseconds from 1/],
      [{ backoff: { factor: 0.5 } }, /1 or more/],
      [{ backoff: { jitter: 2 } }, /a number from 0 to 1/],
      [{ log: {} }, /info and warn/],
      [{ producer: { createPartitioner: 1 } }, /must be a function/],
    ];
    for (const [options, why] of wrong) expect(() => box.relay(kafka.client(), options)).to.throw(KafkaTracingError, why);
  });

  it('has the defaults of the documentation', () => {
    expect(relaySettings({})).to.deep.equal({
      batch: { messages: 500, bytes: 900_000 },
      pollInterval: 1_000,
      listen: true,
      lease: 10_000,
      ordering: 'strict',
      backoff: { initial: 100, factor: 2, max: 10_000, jitter: 0.5 },
      log: undefined,
      producer: {},
      createPartitioner: undefined,
      transactionalId: undefined,
    });
    expect(outboxSettings({})).to.deep.equal({
      table: 'tracelink_outbox',
      maxMessageBytes: 1_000_000,
      tracingSpanContext: false,
      tracing: {},
    });
  });

  async function emptied(box: { pending(): Promise<{ readonly messages: number }> }): Promise<boolean> {
    for (;;) if ((await box.pending()).messages === 0) return true;
  }
});
