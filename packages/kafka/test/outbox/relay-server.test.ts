import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { usePostgresServer } from '../support/postgres/postgres.ts';
import { overtakings, relayed, valuesOf } from '../support/postgres/relayed.ts';

const topic = 'orders';
const never = 600_000;

describe('an outbox relay on a Postgres server', () => {
  const postgres = usePostgresServer();
  const { open, relay } = useOutboxes(postgres);
  let kafka: EmbeddedKafka;

  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 3 } });
  });
  postgres.beforeEnd(() => kafka.stop());

  it('learns of each commit by NOTIFY, also over a new connection after the first has broken', async () => {
    const { box, pool, table } = await open();
    const running = relay(box, kafka.brokers, { pollInterval: never, lease: never });
    const listeners = async (): Promise<readonly { readonly pid: number }[]> =>
      (await pool.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN "${table}"'`)).rows;
    while (running.health().state !== 'relaying') await pool.query('SELECT 1');
    await box.add(pool, { topic, messages: [{ value: '1' }] });
    await relayed(kafka, topic, 1);

    const [first] = await listeners();
    await pool.query('SELECT pg_terminate_backend($1)', [first?.pid]);
    while ((await listeners()).length > 0);
    // The next poll finds what is committed while no connection listens, and it listens again.
    await box.add(pool, { topic, messages: [{ value: '2' }] });
    // Again and again: this process may learn later than the server that the first connection has broken.
    while ((await listeners()).length === 0) running.notify();
    await relayed(kafka, topic, 2);
    await box.add(pool, { topic, messages: [{ value: '3' }] });
    await relayed(kafka, topic, 3);
    expect((await running.drain()).cutOff).to.equal(false);
    // The server ends the process of a closed connection a little later.
    while ((await listeners()).length > 0);
  });

  it('sends the messages of many concurrent transactions once, in the order of each key, while other relays stand by', async () => {
    const { box, pool } = await open();
    const relays = [1, 2, 3].map(() => relay(box, kafka.brokers));
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(
      keys.map(async (key) => {
        for (let number = 0; number < 50; number++) {
          const client = await pool.connect();
          await client.query('BEGIN');
          await box.add(client, { topic, messages: [{ key, value: `${key}:${number}` }] });
          await client.query('COMMIT');
          client.release();
        }
      }),
    );
    await relayed(kafka, topic, 200);
    while ((await box.pending()).messages > 0);
    expect(relays.map((one) => one.health().state).sort()).to.deep.equal(['relaying', 'standby', 'standby']);
    const values = valuesOf(kafka, topic);
    expect(values).to.have.length(200);
    expect(overtakings(values)).to.deep.equal([]);
  });
});
