import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { clientsOf } from '../../../src/client/client-maker.ts';
import { installedClient } from '../../../src/client/installed-client.ts';
import type { AdminPort } from '../../../src/client/port/admin.ts';
import { library } from './use-confluent.ts';

async function adminOf(brokers: readonly string[]): Promise<AdminPort> {
  return clientsOf('the test', await installedClient('confluent', 'test', { brokers })).admin();
}

// It is not installed everywhere.
if (library !== undefined)
  describe('an admin client of Confluent’s library that connects', () => {
    it('is connected when each answer takes longer than a try', async () => {
      await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
      const admin = await adminOf(kafka.brokers);
      const slow = kafka.fault({ api: 'Metadata', times: Number.POSITIVE_INFINITY }, { delayMs: 900 });
      await admin.connect();
      slow.remove();
      expect((await admin.describeCluster()).clusterId).not.to.equal('');
      expect(await admin.listTopics()).to.deep.equal(['orders']);
      await admin.disconnect();
    });

    it('gives up when it is disconnected before a broker is there', async () => {
      const admin = await adminOf(['127.0.0.1:1']);
      const startedAt = performance.now();
      const connecting = admin.connect().then(
        () => 'connected',
        () => 'given up',
      );
      await admin.disconnect();
      expect(await connecting).to.equal('given up');
      // The client alone tries for 10 s.
      expect(performance.now() - startedAt).to.be.below(6_000);
    });
  });
