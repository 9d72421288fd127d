import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { CircuitBreaker } from '../../../src/subscribe/failure/circuit-breaker.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { Collector } from '../../support/collector.ts';

const short = { initial: 20, factor: 1, max: 20, jitter: 0 };

describe('the partition of a failed probe', () => {
  /** A circuit that is open, and whose first probe has failed in partition 0, while partition 1 waits. */
  async function avoiding(): Promise<{ circuit: CircuitBreaker; changes: Collector; probe: (partition: number) => boolean }> {
    const changes = new Collector();
    const circuit = new CircuitBreaker({ failureRate: 1, window: 1, backoff: short, maxProbes: 10 }, (state) => changes.add(state));
    const place = (partition: number) => ({ topic: 't', partition, offset: '0' });
    const probe = (partition: number): boolean => {
      const admits = circuit.admits(place(partition));
      if (admits) circuit.begin(place(partition));
      return admits;
    };
    circuit.recordFailure(place(0), new Error('down'));
    circuit.wait(place(1));
    await changes.until((all) => all.length === 2);
    expect(probe(0)).to.equal(true);
    circuit.recordFailure(place(0), new Error('still down'));
    return { circuit, changes, probe };
  }

  it('is probed again when another partition has waited for a backoff and delivered nothing', async () => {
    const { circuit, changes, probe } = await avoiding();
    await changes.until((all) => all.length === 3);
    expect([probe(0), circuit.state?.nextProbeAt]).to.deep.equal([false, undefined]);
    await changes.until((all) => all.length === 4);
    expect(changes.values).to.deep.equal(['open', 'probing', 'probing', 'probing']);
    expect(probe(0)).to.equal(true);
    circuit.recordSuccess({ topic: 't', partition: 0, offset: '0' });
    expect(circuit.isOpen).to.equal(false);
    circuit.shut();
  });

  it('is probed at once when the partition that waits no longer delivers anything', async () => {
    const { circuit, changes, probe } = await avoiding();
    await changes.until((all) => all.length === 3);
    expect(probe(0)).to.equal(false);
    circuit.leave({ topic: 't', partition: 1 });
    expect(changes.values).to.deep.equal(['open', 'probing', 'probing', 'probing']);
    expect(probe(0)).to.equal(true);
    circuit.shut();
  });

  it('is probed when its time has come if the partition that waited has left before', async () => {
    const { circuit, changes, probe } = await avoiding();
    circuit.leave({ topic: 't', partition: 1 });
    expect(changes.values).to.have.length(2);
    await changes.until((all) => all.length === 3);
    expect(probe(0)).to.equal(true);
    circuit.shut();
  });

  describe('in a subscription', () => {
    let kafka: EmbeddedKafka;
    let subscription: Subscription;
    beforeEach('start two brokers', async () => {
      // A partition each: kafkajs fetches nothing of a broker while a batch of that broker is in process.
      kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 } });
    });
    afterEach('end all', async () => {
      await subscription.drain({ grace: 0, timeout: 0 });
      await kafka.stop();
    });

    /** Partition 0 has the failing message; in partition 1 one is in flight, and one waits for the circuit. */
    async function opened(backoff: { initial: number; factor: number; max: number; jitter: number }) {
      const attempts = new Collector<number>();
      const begun = new Collector();
      const [slow, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let isDown = true;
      subscription = await subscribe(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
        groupId: 'g',
        topics: ['orders'],
        fromBeginning: true,
        concurrency: { keys: 2, partitions: 2 },
        retry: { attempts: 1 },
        retryTopics: { delays: ['1h'], ordering: 'strict' },
        circuitBreaker: { window: 4, backoff },
        consumer: { maxWaitTimeInMs: 20 },
        handler: async ({ value }, { retryLater }) => {
          const name = String(value);
          begun.add(name);
          if (name === 'slow') {
            await slow.promise;
            retryLater(3_600_000);
          } else if (name === 'other') await other.promise;
          else if (name === 'failing') {
            attempts.add(Date.now());
            if (isDown) throw new Error('database is gone');
          }
        },
      });
      const closed = new Promise((resolve) => subscription.on('circuit-closed', resolve));
      subscription.on('circuit-open', () => other.resolve());
      kafka.topic('orders').append(
        1,
        ['slow', 'other', 'waiting'].map((value) => ({ key: value, value })),
      );
      await begun.all('slow', 'other');
      kafka.topic('orders').append(0, [{ key: 'failing', value: 'failing' }]);
      return { attempts, begun, slow, closed, recover: () => (isDown = false) };
    }

    it('is probed again and again while a handler of the other partition runs', async () => {
      const { attempts, begun, closed, recover } = await opened(short);
      await attempts.until((all) => all.length === 4);
      expect(begun.values).to.not.include('waiting');
      recover();
      await closed;
      expect(subscription.health()).to.deep.include({ circuitOpen: undefined, inFlight: 1 });
    });

    it('is probed in time after the other partition was delayed', async () => {
      const { attempts, slow, closed, recover } = await opened({ initial: 20, factor: 75, max: 1_500, jitter: 0 });
      await attempts.until((all) => all.length === 2);
      slow.resolve();
      recover();
      const [, second = 0] = attempts.values;
      await closed;
      // The delayed partition was not waited for.
      expect(subscription.health().delayed).to.have.length(1);
      expect((attempts.values[2] ?? 0) - second, 'one backoff').to.be.at.least(1_490);
    });
  });
});
