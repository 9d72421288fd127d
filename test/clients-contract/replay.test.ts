import { expect } from 'chai';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { replay, type ReplayOptions, type ReplayReport } from '@tracelink/kafka/replay';
import { DeliveryHeader } from '@tracelink/kafka/subscribe';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { diagnose } from '@tracelink/kafka/doctor';
import { studioProviders } from '@tracelink/kafka/studio';
import { produce } from '../../packages/kafka/test/support/broker/consume.ts';
import { kafkajs, platformaticKafka } from '../../packages/kafka/test/support/broker/engine-client.ts';
import { textHeaders, useKafka } from '../../packages/kafka/test/support/broker/kafka.ts';
import { useSubscriptions } from '../../packages/kafka/test/support/broker/subscription.ts';
import { deadLetterRecord, failedAttempt } from '../../packages/kafka/test/support/records/dead-letter-record.ts';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { installedConfluent } from './support/engine-clients.ts';

// On kafkajs all of this is tried in packages/kafka/test/replay.
for (const client of [...installedConfluent, platformaticKafka]) {
  describe(`replay on ${client.name}`, () => {
    const kafka = useKafka();
    const { subscribe } = useSubscriptions(kafka, client);
    afterEach('take the spans of what was handled', () => void tracing.spans.takeAll());
    const tracing = useTracing();
    const { spans } = tracing;

    const again = (options: ReplayOptions, brokers: readonly string[] = kafka.brokers()): Promise<ReplayReport> =>
      replay(client.clients(brokers), { consumer: client.consumer({ maxWait: 50 }), ...options });

    const written = async (from: string, topic: string, count: number): Promise<void> => {
      const values = Array.from({ length: count }, (_, index) => ({ ...deadLetterRecord(topic), value: String(index) }));
      await produce(kafka, from, values);
    };

    const valuesOf = async (topic: string, count: number): Promise<readonly string[]> =>
      (await kafka.read(topic, count)).map(({ value }) => String(value));

    it('rejects when the brokers go away while it looks at records, and sends none', async () => {
      const from = 'orders.DLT';
      const broker = await EmbeddedKafka.start({ topics: { [from]: 1 } });
      // More than a client fetches ahead.
      const record = { key: 'k', value: Buffer.alloc(500_000), headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } };
      for (let count = 0; count < 40; count++) broker.topic(from).append(0, [record]);
      let gone: Promise<void> | undefined;
      const looking = again({ from, dryRun: true, onRecord: () => void (gone ??= broker.stop()) }, broker.brokers);
      const outcome = await looking.then(
        () => 'ended',
        () => 'rejected',
      );
      await gone;
      expect(outcome).to.equal('rejected');
    }).timeout(60_000);

    it('has a message that failed handled again by the group that failed, in a span that links to the failed attempt', async () => {
      const topic = await kafka.createTopic(2);
      const groupId = kafka.groupId();
      await produce(kafka, topic, [{ key: 'k', value: 'v', headers: { twice: ['1', '2'] }, partition: 1 }]);
      let isMended = false;
      const dead = Promise.withResolvers<string>();
      const handled = Promise.withResolvers<string>();
      const handler = ({ value }: { readonly value: Buffer | null }): void => {
        if (!isMended) throw new Error('no shelf');
        handled.resolve(String(value));
      };
      const subscription = await subscribe(topic, handler, { groupId, retry: { attempts: 1 } });
      subscription.on('dead-letter', ({ deadLetterTopic }) => dead.resolve(deadLetterTopic));
      const from = await dead.promise;
      isMended = true;
      const report = await again({ from });
      expect(await handled.promise).to.equal('v');
      await subscription.drain();
      expect(report).to.include({ replayed: 1, ended: 'at the end' });
      expect(report.records[0]?.to).to.include({ topic, partition: 1, groupId });
      const [failed, succeeded] = spans.takeAll().filter(({ name }) => name === `process ${topic}`);
      expect(succeeded?.links.map(({ context }) => context.spanId)).to.include(failed?.spanContext().spanId);
      const headers = textHeaders((await kafka.read(topic, 2)).at(-1)?.headers);
      expect(headers).to.deep.include({ twice: ['1', '2'], [DeliveryHeader.REPLAYS]: '1' });
    });

    it('sends a record that fits into its topic only when it is compressed', async () => {
      const [from, topic] = [await kafka.createTopic(), await kafka.createTopic()];
      const value = 'tea '.repeat(500_000);
      const producer = await kafka.producer();
      const messages = [{ ...deadLetterRecord(topic), value }];
      await producer.send({ topic: from, messages, compression: CompressionTypes.GZIP });
      expect(await again({ from })).to.include({ replayed: 1 });
      const [sent] = await valuesOf(topic, 1);
      expect(sent === value, 'whether it is the value that was sent').to.equal(true);
    });

    /** Where records without a partition of their own are sent to, of three. */
    async function partitionsOf(topic: string, keys: readonly (string | null)[]): Promise<readonly (number | undefined)[]> {
      const from = await kafka.createTopic();
      await produce(
        kafka,
        from,
        keys.map((key) => deadLetterRecord('elsewhere', {}, { key })),
      );
      const { records } = await again({ from, to: topic });
      return records.map(({ to }) => to?.partition);
    }

    it('sends records without a partition of their own to that of their key, as kafkajs does (B34)', async () => {
      const topic = await kafka.createTopic(3);
      const keys = Array.from({ length: 10 }, (_, index) => `order-${index}`);
      const bare = await kafka.producer();
      const expected: number[] = [];
      for (const key of keys) expected.push((await bare.send({ topic, messages: [{ key, value: 'v' }] }))[0]?.partition ?? -1);
      expect(await partitionsOf(topic, keys)).to.deep.equal(expected);
    });

    // librdkafka takes any partition for a record without a key.
    if (client === platformaticKafka)
      it('sends records without a partition and without a key in turns', async () => {
        expect(await partitionsOf(await kafka.createTopic(3), [null, null, null])).to.have.members([0, 1, 2]);
      });

    it('sends each record once to its own partition, however often it is ended and begun', async () => {
      const [topic, from] = [await kafka.createTopic(3), await kafka.createTopic()];
      await produce(kafka, from, [
        deadLetterRecord(topic, { [DeliveryHeader.ORIGINAL_PARTITION]: '2' }),
        deadLetterRecord(topic, { [DeliveryHeader.ORIGINAL_PARTITION]: '2' }),
        { value: 'plain' },
        deadLetterRecord(topic, { [DeliveryHeader.ORIGINAL_PARTITION]: '0' }),
      ]);
      expect(await again({ from, dryRun: true })).to.include({ replayed: 3, unroutable: 1, dryRun: true });
      expect(await again({ from, limit: 2 })).to.include({ replayed: 2, ended: 'at the limit' });
      const rest = await again({ from });
      expect(rest).to.include({ replayed: 1, unroutable: 1, ended: 'at the end' });
      expect(rest.records.map(({ to }) => to?.partition)).to.deep.equal([undefined, 0]);
      expect(await again({ from })).to.include({ replayed: 0, unroutable: 1 });
      const records = await kafka.read(topic, 3);
      expect(records.map(({ headers }) => textHeaders(headers)[DeliveryHeader.FAILED_ATTEMPT])).to.deep.equal(
        Array.from({ length: 3 }, () => failedAttempt),
      );
    });

    it('ends after the record in flight when it is aborted, and goes on behind it, also on another client', async () => {
      const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
      await written(from, topic, 20);
      const control = new AbortController();
      let seen = 0;
      const onRecord = (): void => void (++seen === 5 && control.abort());
      expect(await again({ from, signal: control.signal, onRecord })).to.include({ replayed: 5, ended: 'aborted' });
      expect(await replay(kafkajs.clients(kafka.brokers()), { from })).to.include({ replayed: 15, ended: 'at the end' });
      expect(await valuesOf(topic, 20)).to.deep.equal(Array.from({ length: 20 }, (_, index) => String(index)));
    });

    it('is for the group that failed where its members read the topic, and for every group where they read another one', async () => {
      const [topic, other, from, groupId] = [
        await kafka.createTopic(),
        await kafka.createTopic(),
        await kafka.createTopic(),
        kafka.groupId(),
      ];
      await subscribe(topic, () => {}, { groupId });
      await produce(kafka, from, [deadLetterRecord(topic, { [DeliveryHeader.GROUP]: groupId })]);
      const told = async (options: Partial<ReplayOptions>): Promise<unknown> => (await again({ from, ...options })).records[0]?.to?.groupId;
      expect(await told({ dryRun: true })).to.equal(groupId);
      expect(await told({ dryRun: true, to: other })).to.equal(undefined);
    });

    it('is refused while another one of the group runs, which goes on', async () => {
      const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
      await written(from, topic, 10);
      const begun = Promise.withResolvers<void>();
      const first = again({ from, rate: 20, onRecord: () => begun.resolve() });
      await begun.promise;
      const refused = await again({ from }).catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'group_in_use');
      expect(await first).to.include({ replayed: 10 });
    });

    it('sends a record that its place names, and says which place has none', async () => {
      const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
      await written(from, topic, 3);
      expect(await again({ from, filter: { records: ['0/1'] } })).to.include({ replayed: 1 });
      expect(await valuesOf(topic, 1)).to.deep.equal(['1']);
      const missing = await again({ from, filter: { records: ['0/7'] } }).catch((error: unknown) => error);
      expect(missing).to.have.property('code', 'record_missing');
    });

    it('sends the record that its place names when the client starts over', async () => {
      await using broker = await EmbeddedKafka.start({ topics: { orders: 1, 'orders.dead-letter': 1 } });
      const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.FAILED_ATTEMPT]: failedAttempt };
      broker.topic('orders.dead-letter').append(
        0,
        ['0', '1', '2'].map((value) => ({ value, headers })),
      );
      broker.fault({ api: 'Fetch' }, { error: 'OFFSET_OUT_OF_RANGE' });
      const from = 'orders.dead-letter';
      const options: ReplayOptions = { from, filter: { records: ['0/1'] }, consumer: client.consumer({ maxWait: 50 }) };
      expect(await replay(client.clients(broker.brokers), options)).to.include({ replayed: 1 });
      expect(
        broker
          .topic('orders')
          .records(0)
          .map(({ value }) => String(value)),
      ).to.deep.equal(['1']);
    });
  });

  describe(`reading on ${client.name}`, () => {
    it('shows a dead-letter topic to the page and to the doctor, and leaves no group behind', async () => {
      await using broker = await EmbeddedKafka.start({ topics: { orders: 1, 'orders.dead-letter': 2 } });
      const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.FAILED_ATTEMPT]: failedAttempt };
      for (const partition of [0, 1, 1]) broker.topic('orders.dead-letter').append(partition, [{ value: 'v', headers }]);
      const maker = client.clients(broker.brokers);
      const { deadLetters } = studioProviders(maker);
      const { signal } = new AbortController();
      expect((await deadLetters.topics(signal))[0]).to.include({ topic: 'orders.dead-letter', records: 3 });
      const record = await deadLetters.record({ topic: 'orders.dead-letter', partition: 1, offset: '1' }, signal);
      expect(record).to.include({ originalTopic: 'orders' });
      const { topics } = await diagnose(maker, { topics: ['orders.dead-letter'] });
      expect(topics[0]).to.include({ records: 3, unreadPartitions: 0 });
      const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      expect((await admin.listGroups()).groups).to.deep.equal([]);
      await admin.disconnect();
    });
  });
}
