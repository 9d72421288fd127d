import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { useCommand } from '../support/command.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('tracelink-kafka doctor that is interrupted', () => {
  let kafka: EmbeddedKafka;
  const { start, ended } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    // More than a fetch takes.
    for (const value of ['a', 'b', 'c', 'd']) kafka.topic('orders').append(0, [{ value: value.repeat(700_000), headers: { traceparent } }]);
  });
  afterEach(() => kafka.stop());

  /** Interrupts the command in its second fetch, which the broker answers after so long. */
  async function interrupted(signal: NodeJS.Signals, delayMs: number): Promise<void> {
    kafka.fault({ api: 'Fetch', skip: 1, times: Number.POSITIVE_INFINITY }, { delayMs });
    const child = start('doctor', '--json');
    let fetches = 0;
    await kafka.waitForRequest('Fetch', () => ++fetches === 2);
    const startedAt = performance.now();
    child.kill(signal);
    const { code, out, err } = await ended(child);
    expect([code, err]).to.deep.equal([130, '']);
    expect(performance.now() - startedAt).to.be.below(5_000);
    const { healthy, records, topics } = JSON.parse(out) as { healthy: boolean; records: number; topics: object[] };
    expect([healthy, topics.length]).to.deep.equal([false, 1]);
    expect(records).to.be.within(1, 3);
    expect(topics[0]).to.include({ topic: 'orders', records, unreadPartitions: 1 });
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`exits with 130 after ${signal}, tells whole what was read until then, and leaves no group behind`, async () => {
      await interrupted(signal, 200);
      expect(await groups()).to.deep.equal([]);
    });

  it('does not wait for a broker that holds a fetch back, whose group then expires', async () => {
    await interrupted('SIGINT', 60_000);
    for (const groupId of await groups()) {
      kafka.clock.advance(10_000);
      await kafka.group(groupId).reaches('Empty');
    }
  });

  async function groups(): Promise<string[]> {
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { groups: found } = await admin.listGroups();
    await admin.disconnect();
    return found.map(({ groupId }) => groupId);
  }
});
