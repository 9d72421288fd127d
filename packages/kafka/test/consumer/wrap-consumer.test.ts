import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { consumeEach, produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('wrapConsumer', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();

  it('wraps only the handler that the config has, so that a batch consumer stays one (B1)', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client).run({ eachBatch: async () => {} });
    expect(client.config).to.have.property('eachBatch');
    expect(client.config).to.not.have.property('eachMessage');
    await wrapConsumer(client).run({ eachMessage: async () => {} });
    expect(client.config).to.have.property('eachMessage');
    expect(client.config).to.not.have.any.keys('eachBatch', 'eachBatchAutoResolve');
  });

  it('wraps only eachMessage when the config has both handlers, as kafkajs calls only that one', async () => {
    const client = new StubConsumer();
    const eachBatch = async (): Promise<void> => {};
    await wrapConsumer(client).run({ eachMessage: async () => {}, eachBatch });
    expect(client.config.eachBatch).to.equal(eachBatch);
    await client.deliver(received());
    spans.take('process orders');
  });

  it('runs a frozen config and leaves the caller’s unchanged (B18)', async () => {
    const client = new StubConsumer();
    const eachMessage = async (): Promise<void> => {};
    const config = Object.freeze({ eachMessage, autoCommit: false });
    await wrapConsumer(client).run(config);
    expect(config.eachMessage).to.equal(eachMessage);
    expect(client.config).to.include({ autoCommit: false }).and.not.equal(config);
  });

  it('passes on run() without arguments, and a config without handlers (B18)', async () => {
    const given: unknown[][] = [];
    const client = { run: async (...args: unknown[]) => void given.push(args), commitOffsets: async () => {} };
    const consumer = wrapConsumer(client);
    await consumer.run();
    await consumer.run(undefined);
    const config = { autoCommit: false };
    await consumer.run(config);
    expect(given).to.deep.equal([[], [undefined], [config]]);
    expect(given[2]?.[0]).to.equal(config);
  });

  it('makes one set of spans when it is called twice', async () => {
    const client = new StubConsumer();
    const once = wrapConsumer(client);
    expect(wrapConsumer(once)).to.equal(once);
    await wrapConsumer(once).run({ eachMessage: async () => {} });
    await client.deliver(received());
    spans.take('process orders');
  });

  it('makes one set of spans beside OpenTelemetry’s own instrumentation, and logs that once (7.14)', async () => {
    const client = new StubConsumer();
    const original = client.run.bind(client);
    client.run = Object.assign(() => Promise.reject(new Error('patched')), { __wrapped: true, __original: original });
    await wrapConsumer(client).run({ eachMessage: async () => {} });
    await client.deliver(received());
    spans.take('process orders');
    wrapConsumer(client);
    // Once per process: an earlier test may have caused the warning.
    expect(warnings.filter((warning) => warning.includes('OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs')).length).to.be.at.most(1);
  });

  it('works with a class of private members whose events and on() throw (B3, B4)', async () => {
    class PrivateConsumer {
      #config: { eachMessage?: (payload: object) => Promise<void> } = {};
      get events(): never {
        throw new Error('not implemented');
      }
      on(): never {
        throw new Error('not implemented');
      }
      async run(config: { eachMessage?: (payload: object) => Promise<void> }): Promise<void> {
        this.#config = config;
      }
      async commitOffsets(): Promise<void> {}
      assignment(): object {
        return this.#config;
      }
      deliver(payload: object): Promise<void> | undefined {
        return this.#config.eachMessage?.(payload);
      }
    }
    const client = new PrivateConsumer();
    const consumer = wrapConsumer(client, { groupId: 'g' });
    await consumer.run({ eachMessage: async () => {} });
    expect(consumer.assignment()).to.have.property('eachMessage');
    // Confluent's messages have no headers when kafkajs' have an empty object.
    await client.deliver({ topic: 'orders', partition: 3, message: received({ headers: undefined }) });
    expect(spans.take('process orders').attributes).to.include({
      'messaging.consumer.group.name': 'g',
      'messaging.destination.partition.id': '3',
    });
  });

  it('sends no request of its own to the cluster, also with brokers given by a function (B4, B5)', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v' }]);
    const requests = async (wrap: <C extends object>(consumer: C) => C): Promise<Set<string>> => {
      const client = new Kafka({ clientId: 'c', brokers: async () => kafka.brokers(), logLevel: logLevel.NOTHING }).consumer({
        groupId: kafka.groupId(),
      });
      const names = new Set<string>();
      client.on('consumer.network.request', ({ payload }) => names.add(payload.apiName));
      const consumer = wrap(client);
      const handled = Promise.withResolvers<void>();
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ eachMessage: async () => handled.resolve() });
      await handled.promise;
      await consumer.disconnect();
      return names;
    };
    const bare = await requests((consumer) => consumer);
    expect(await requests((consumer) => wrapConsumer(consumer))).to.deep.equal(bare);
    spans.take(`process ${topic}`);
  });

  it('takes client and group ids from the options before the client has joined, from the client’s events afterwards', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, { groupId: 'told', clientId: 'mine' }).run({ eachMessage: async () => {} });
    await client.deliver(received());
    expect(spans.take('process orders').attributes).to.include({ 'messaging.consumer.group.name': 'told', 'messaging.client.id': 'mine' });

    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: 'v' }]);
    await consumeEach(kafka, topic, async () => {}, { client: { groupId } });
    const { attributes } = await spans.waitFor(`process ${topic}`);
    expect(attributes).to.include({ 'messaging.consumer.group.name': groupId, 'messaging.client.id': 'kafka-tests' });
  });

  it('makes a commit span when offsets are given, and passes every argument on', async () => {
    const client = new StubConsumer();
    const consumer = wrapConsumer(client);
    await consumer.commitOffsets([{ topic: 'orders', partition: 1, offset: '9007199254740993' }]);
    await consumer.commitOffsets();
    expect(client.committed).to.deep.equal([[[{ topic: 'orders', partition: 1, offset: '9007199254740993' }]], []]);
    const { attributes } = spans.take('commit orders');
    expect(attributes).to.include({ 'messaging.destination.partition.id': '1' }).and.not.have.property('kafka.offset');
  });

  it('ends the commit span when the client throws synchronously, and throws the same object', async () => {
    const failure = new Error('closed');
    const client = {
      run: async () => {},
      commitOffsets: (_offsets: unknown): Promise<void> => {
        throw failure;
      },
    };
    expect(() => wrapConsumer(client).commitOffsets([{ topic: 'orders', partition: 0, offset: '1' }]))
      .to.throw()
      .that.equals(failure);
    expect(spans.take('commit orders').status.message).to.equal('closed');
  });

  it('passes every other member through, bound to the client', async () => {
    const client = await kafka.consumer();
    const consumer = wrapConsumer(client);
    expect(consumer.paused.call(undefined)).to.deep.equal([]);
    expect(consumer.logger()).to.equal(client.logger());
    expect(consumer.events).to.equal(client.events);
    expect(Object.keys(client).filter((name) => !(name in consumer))).to.deep.equal([]);
  });

  for (const garbage of [undefined, null, {}, 'consumer', { run: true }]) {
    it(`rejects ${JSON.stringify(garbage)} with an error that says what it takes`, () => {
      expect(() => wrapConsumer(garbage as never)).to.throw(KafkaTracingError, /^\[not_a_client\] wrapConsumer takes a consumer/);
    });
  }

  it('rejects unknown options and invalid values', () => {
    expect(() => wrapConsumer(new StubConsumer(), { relations: 'link' } as never)).to.throw(
      KafkaTracingError,
      /^\[unknown_option\].*relation/,
    );
    expect(() => wrapConsumer(new StubConsumer(), { relation: 'child' } as never)).to.throw(KafkaTracingError, /^\[invalid_option\]/);
    expect(() => wrapConsumer(new StubConsumer(), { linkLimit: -1 })).to.throw(KafkaTracingError, /^\[invalid_option\]/);
  });
});
