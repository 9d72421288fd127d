import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { outbox, type PgPool } from '../../src/outbox/index.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { relayed, valuesOf, warnings } from '../support/postgres/relayed.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const topic = 'orders';
const never = 600_000;

describe('an outbox relay', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;

  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
  });
  postgres.beforeEnd(() => kafka.stop());
  // Most of these tests are not about spans.
  afterEach('take the spans that are left', () => void spans.takeAll());
  const { spans, warnings: said } = useTracing();

  const messages = (count: number): { readonly value: string }[] => Array.from({ length: count }, (_, index) => ({ value: String(index) }));

  it('polls when it is notified, and after its interval when it is not', async () => {
    const { box, pool } = await open();
    const running = relay(box, kafka.brokers, { pollInterval: never, lease: never, listen: false });
    while (running.health().state !== 'relaying') await pool.query('SELECT 1');
    await box.add(pool, { topic, messages: messages(1) });
    running.notify();
    await relayed(kafka, topic, 1);
    await running.drain();
    await box.add(pool, { topic, messages: [{ value: 'later' }] });
    relay(box, kafka.brokers, { listen: false });
    await relayed(kafka, topic, 2);
  });

  it('sends the pending messages when it drains, reports once, releases the lease at once, and then does nothing', async () => {
    const { box, pool } = await open();
    const lines: object[] = [];
    const log = { info: (fields: object) => void lines.push(fields), warn: () => {} };
    const running = relay(box, kafka.brokers, { pollInterval: never, lease: never, batch: { messages: 3 }, log });
    const second = relay(box, kafka.brokers, { pollInterval: 5, lease: never });
    while (second.health().state !== 'standby') await pool.query('SELECT 1');
    expect(second.health().ok).to.equal(true);
    await box.add(pool, { topic, messages: messages(10) });
    const report = await running.drain();
    expect(report).to.include({ sent: 10, cutOff: false });
    expect(await running.drain(), 'again').to.equal(report);
    expect(lines).to.deep.equal([report]);
    expect(running.health()).to.deep.equal({ ok: false, state: 'drained', held: [], error: undefined });
    expect((await box.pending()).messages).to.equal(0);
    await box.add(pool, { topic, messages: [{ value: 'by the next' }] });
    running.notify();
    await relayed(kafka, topic, 11);
    expect(second.health().state).to.equal('relaying');
    await second[Symbol.asyncDispose]();
    expect(second.health().state).to.equal('drained');
  });

  it('drains within the timeout when the broker does not answer, and leaves requests in flight to the end of its lease', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    kafka.fault({ api: 'Produce', topic }, { silence: true });
    await box.add(pool, { topic, messages: messages(1) });
    const running = relay(box, kafka.brokers, { lease: 300, log });
    await kafka.waitForRequest('Produce');
    expect(await running.drain({ timeout: 50 })).to.include({ sent: 0, cutOff: true });
    const second = relay(box, kafka.brokers, { pollInterval: 5 });
    while (second.health().state !== 'standby') await pool.query('SELECT 1');
    await relayed(kafka, topic, 1);
    void next;
  });

  it('drains what can be sent, and leaves held messages in the table', async () => {
    const { box, pool } = await open();
    await box.add(pool, { topic: 'gone', messages: messages(2) });
    await kafka.stop();
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 }, autoCreateTopics: false });
    await box.add(pool, { topic, messages: messages(2) });
    const running = relay(box, kafka.brokers, { pollInterval: never, lease: never });
    expect(await running.drain()).to.include({ sent: 2, cutOff: false });
    expect((await box.pending()).messages).to.equal(2);
  });

  it('ends a drain although some of the messages that the broker refuses are always due', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    kafka.fault({ api: 'Produce', topic, times: Infinity }, { error: 'MESSAGE_TOO_LARGE' });
    await box.add(pool, { topic, messages: messages(8).map((message) => ({ ...message, key: message.value })) });
    const running = relay(box, kafka.brokers, { backoff: { initial: 1, max: 1, jitter: 0 }, log });
    for (let refused = 0; refused < 8; refused++) await next();
    expect(await running.drain()).to.include({ sent: 0, cutOff: false });
    expect((await box.pending()).messages).to.equal(8);
  });

  it('gives its lease to the next at once although a held message of another topic becomes due while it drains', async () => {
    await kafka.stop();
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1, small: 1 } });
    const { box, pool } = await open();
    const { log, next } = warnings();
    kafka.fault({ api: 'Produce', topic: 'small', times: Infinity }, { error: 'MESSAGE_TOO_LARGE' });
    await box.add(pool, { topic: 'small', messages: messages(1) });
    const running = relay(box, kafka.brokers, { pollInterval: never, lease: never, backoff: { initial: 200, max: 200, jitter: 0 }, log });
    await next();
    const [asked, answers] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const queries = async (): Promise<void> => {
      for (let query = 0; query < 50; query++) await pool.query('SELECT 1');
    };
    kafka.on('Produce', async (request, then) => {
      if (request.body.topicData[0]?.name === 'small') {
        // A retry lasts until the other topic has been drained.
        while ((await box.pending()).messages > 1) await pool.query('SELECT 1');
        await queries();
      } else {
        asked.resolve();
        await answers.promise;
      }
      return then();
    });
    await box.add(pool, { topic, messages: messages(1) });
    const drained = running.drain();
    await asked.promise;
    const [held] = running.health().held;
    while (Date.now() <= (held?.retryAt ?? Infinity)) await pool.query('SELECT 1');
    await queries();
    answers.resolve();
    expect(await drained).to.include({ sent: 1, cutOff: false });
    const second = relay(box, kafka.brokers, { pollInterval: 5, lease: never });
    while (second.health().state !== 'relaying') await pool.query('SELECT 1');
  });

  it('rejects a drain timeout that no timer can wait', async () => {
    const { box } = await open();
    const running = relay(box, kafka.brokers);
    for (const timeout of [Infinity, NaN, -1, 1e12, '5'])
      expect(String(await running.drain({ timeout: timeout as number }).catch((error: unknown) => error))).to.match(/"timeout" is/);
    expect(running.health().state).not.to.equal('draining');
    expect((await running.drain()).cutOff).to.equal(false);
  });

  it('reports that the database does not answer, at its start and later, and continues when it does', async () => {
    const { box, pool, table } = await open();
    await pool.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
    const running = relay(box, kafka.brokers);
    while (running.health().error === undefined) await pool.query('SELECT 1');
    expect(running.health().ok).to.equal(false);
    expect(String(running.health().error)).to.match(/does not exist/);
    await pool.query(`ALTER TABLE ${table}_away RENAME TO ${table}`);
    await box.add(pool, { topic, messages: messages(1) });
    await relayed(kafka, topic, 1);
    while (!running.health().ok) await pool.query('SELECT 1');
  });

  it('ends a drain without the database, and reports what it left behind', async () => {
    const { table } = await open();
    const away: PgPool = { query: () => Promise.reject(new Error('no database')), connect: () => Promise.reject(new Error('no database')) };
    const hanging: PgPool = { query: () => new Promise(() => {}), connect: () => new Promise(() => {}) };
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const running = relay(outbox(away, { table }), kafka.brokers);
    expect(await running.drain({ timeout: 20 })).to.include({ sent: 0, cutOff: true });
    const silent = relay(outbox(hanging, { table }), kafka.brokers, { listen: false });
    expect(silent.health()).to.include({ ok: false, state: 'starting' });
    expect(await silent.drain({ timeout: 20 })).to.include({ sent: 0, cutOff: true });
    expect(timers(), 'timers that keep the process').to.be.at.most(before);
  });

  it('uses the user’s partitioner, and holds the messages for which it fails', async () => {
    await kafka.stop();
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 4 } });
    const { box, pool } = await open();
    const { log, next } = warnings();
    const createPartitioner =
      () =>
      ({ message }: { readonly message: { readonly value: Buffer | string | null } }): number => {
        if (String(message.value) === '2') throw new Error('no idea');
        return 3;
      };
    relay(box, kafka.brokers, { log, producer: { createPartitioner } });
    await box.add(pool, { topic, messages: messages(4) });
    expect((await next()).error).to.have.property('message', 'no idea');
    await relayed(kafka, topic, 3);
    expect(kafka.topic(topic).records(3)).to.have.length(3);
    expect(valuesOf(kafka, topic)).to.deep.equal(['0', '1', '3']);
  });

  it('continues when the log or the partitioner throws or rejects, without an unhandled rejection', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const { box, pool } = await open();
    const warned = Promise.withResolvers<void>();
    const log = {
      info: () => {
        throw new Error('the disk is full');
      },
      warn: () => {
        warned.resolve();
        return Promise.reject(new Error('the disk is full'));
      },
    };
    const createPartitioner =
      () =>
      ({ message }: { readonly message: { readonly value: Buffer | string | null } }): number =>
        String(message.value) === '0' ? (Promise.reject(new Error('no idea')) as unknown as number) : 0;
    await box.add(pool, { topic, messages: messages(2) });
    const running = relay(box, kafka.brokers, { log, producer: { createPartitioner } });
    await warned.promise;
    await relayed(kafka, topic, 1);
    expect(String(running.health().held[0]?.error)).to.match(/invalid_message.*none is/);
    expect((await running.drain()).cutOff).to.equal(false);
    // Node reports them after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).to.deep.equal([]);
    expect(said.filter((text) => text.includes('the disk is full'))).to.have.length(2);
  });

  it('makes no spans for its own statements, and one span for a request that failed', async () => {
    const { box, pool } = await open();
    const { log, next } = warnings();
    kafka.fault({ api: 'Produce', topic, times: 6 }, { error: 'NOT_ENOUGH_REPLICAS' });
    await box.add(pool, { topic, messages: messages(3) });
    relay(box, kafka.brokers, { log });
    await next();
    await relayed(kafka, topic, 3);
    while ((await box.pending()).messages > 0);
    const sends = spans.takeAll().filter(({ name }) => name.startsWith('send'));
    const [failed, ...sent] = sends;
    expect(failed?.parentSpanContext).to.equal(undefined);
    expect(failed?.links).to.have.length(3);
    expect(failed?.attributes).to.include({ 'error.type': 'NOT_ENOUGH_REPLICAS', 'messaging.batch.message_count': 3 });
    expect(sent.map(({ attributes }) => attributes['error.type'])).to.deep.equal([undefined, undefined, undefined]);
  });
});
