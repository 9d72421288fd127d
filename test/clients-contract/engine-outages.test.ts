import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { subscribe, type SubscribeOptions, type Subscription } from '@tracelink/kafka/subscribe';
import { Collector } from '../../packages/kafka/test/support/collector.ts';
import { engineClients } from './support/engine-clients.ts';

const [topic, groupId] = ['orders', 'packing'];

for (const client of engineClients) {
  describe(`subscribe on ${client.name}`, () => {
    let kafka: EmbeddedKafka;
    const open: Subscription[] = [];
    beforeEach('start a broker', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    });
    afterEach('end all', async () => {
      await Promise.all(open.splice(0).map((subscription) => subscription.drain({ grace: 0, timeout: 0 })));
      await kafka.stop();
    });

    const started = async (got: Collector, options: Partial<SubscribeOptions> = {}): Promise<Subscription> => {
      const subscription = await subscribe(client.clients(kafka.brokers), {
        groupId,
        topics: [topic],
        fromBeginning: true,
        retry: { attempts: 1 },
        consumer: client.consumer({ maxWait: 50, heartbeatInterval: 50, sessionTimeout: 6_000 }),
        handler: ({ value }) => got.add(String(value)),
        ...options,
      });
      open.push(subscription);
      return subscription;
    };
    const isOk = async (subscription: Subscription, ok: boolean): Promise<void> => {
      while (subscription.health().ok !== ok) await new Promise(setImmediate);
    };

    it('is not ok while its only broker is gone for half a session, and goes on when it is back', async () => {
      const got = new Collector();
      const subscription = await started(got);
      kafka.topic(topic).append(0, [{ value: 'before' }]);
      await got.all('before');
      const back = kafka.broker(1).restart({ downMs: 4_000 });
      await isOk(subscription, false);
      await back;
      kafka.topic(topic).append(1, [{ value: 'after' }]);
      await got.all('after');
      await isOk(subscription, true);
      expect(got.values).to.deep.equal(['before', 'after']);
    });

    it('goes on after a rebalance while the node that was controller and leader is gone for good (B35)', async () => {
      await kafka.stop();
      kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [topic]: 3 } });
      const got = new Collector();
      await started(got);
      kafka.topic(topic).append(0, [{ value: 'before' }]);
      await got.all('before');
      await kafka.broker(1).stop();
      kafka.group(groupId).triggerRebalance();
      for (const partition of [0, 1, 2]) kafka.topic(topic).append(partition, [{ value: `after ${partition}` }]);
      await got.all('after 0', 'after 1', 'after 2');
    });

    it('delivers every record when a fetch is told that its offset is out of range', async () => {
      const got = new Collector();
      await started(got);
      kafka.topic(topic).append(0, [{ value: 'before' }]);
      await got.all('before');
      const refused = kafka.waitForRequest('Fetch');
      kafka.fault({ api: 'Fetch' }, { error: 'OFFSET_OUT_OF_RANGE' });
      await refused;
      for (const partition of [0, 1]) kafka.topic(topic).append(partition, [{ value: `after ${partition}` }]);
      await got.all('after 0', 'after 1');
    });

    it('is not ok while its fetches fail, says so, and goes on when they succeed', async () => {
      const got = new Collector();
      const said = new Collector();
      const subscription = await started(got, { log: { info: () => {}, warn: (_, message) => said.add(message) } });
      const failing = kafka.fault({ api: 'Fetch', times: 100_000 }, { error: 'KAFKA_STORAGE_ERROR' });
      await isOk(subscription, false);
      kafka.topic(topic).append(0, [{ value: 'meanwhile' }]);
      await said.until((messages) => messages.some((message) => /cannot read|starts again/.test(message)));
      failing.remove();
      await got.all('meanwhile');
      await isOk(subscription, true);
    });

    it('is not ok while its heartbeats are answered after half a session, by which it may be expelled', async () => {
      const subscription = await started(new Collector());
      const seen = new Collector<boolean>();
      const answerInTime = kafka.on('Heartbeat', async (_, next) => {
        // That it comes shows that the one before was answered.
        seen.add(subscription.health().ok);
        const answer = await next();
        await pause(3_100);
        return answer;
      });
      await seen.until((all) => all.length === 2);
      answerInTime();
      expect(seen.values).to.deep.equal([true, false]);
      await isOk(subscription, true);
    });

    it('leaves no member behind when it is drained while it joins again', async () => {
      const got = new Collector();
      const subscription = await started(got);
      const group = kafka.group(groupId);
      const joining = Promise.withResolvers<void>();
      kafka.on('JoinGroup', (_request, next) => {
        joining.resolve();
        return next();
      });
      group.triggerRebalance();
      await joining.promise;
      await subscription.drain();
      expect(group.describe().members).to.deep.equal([]);
    });

    it('starts nothing once it was expelled, repeats no completed message, and says it', async () => {
      const got = new Collector();
      const said = new Collector();
      await started(got, {
        log: { info: () => {}, warn: (_, message) => said.add(message) },
        handler: ({ value }, { attempt }) => {
          got.add(`${String(value)}.${attempt}`);
          const [member] = kafka.group(groupId).describe().members;
          if (String(value) === 'slow' && member !== undefined) kafka.group(groupId).expireMember(member.memberId);
        },
      });
      kafka.topic(topic).append(0, [{ value: 'before' }, { value: 'slow' }, { value: 'after' }]);
      await got.all('after.1');
      await said.until((messages) => messages.some((message) => message.startsWith('Expelled from the group')));
      expect(got.values).to.deep.equal(['before.1', 'slow.1', 'after.1']);
    });
  });
}
