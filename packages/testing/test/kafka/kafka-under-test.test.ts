import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaUnderTest, TestingError, whenJoined } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { GenericContainer } from 'testcontainers';

describe('kafkaUnderTest', () => {
  it('creates a topic with the partitions asked for, ready to be written to', async () => {
    await using kafka = await kafkaUnderTest();
    const topic = await kafka.createTopic({ partitions: 3 });
    const producer = client(kafka.brokers).producer();
    await producer.connect();
    try {
      const [sent] = await producer.send({ topic, messages: [{ value: 'a', partition: 2 }] });
      expect(sent).to.include({ topicName: topic, partition: 2, errorCode: 0 });
    } finally {
      await producer.disconnect();
    }
  });

  it('creates a topic that the broker serves, when it has not heard of it and its leader does not know', async () => {
    await using broker = await EmbeddedKafka.start();
    await withEnvironment({ KAFKA_BROKERS: broker.brokers.join(',') }, async () => {
      await using kafka = await kafkaUnderTest();
      const aboutTopic = { match: ({ body }: { body: { topics: readonly unknown[] | null } }) => (body.topics?.length ?? 0) > 0 };
      broker.fault({ api: 'Metadata', times: 2, ...aboutTopic }, { error: 'UNKNOWN_TOPIC_OR_PARTITION' });
      broker.fault({ api: 'ListOffsets', times: 2 }, { error: 'NOT_LEADER_OR_FOLLOWER' });
      await kafka.createTopic();
      broker.assertNoPendingFaults();
    });
  });

  it('gives names that are free, and stops twice', async () => {
    const kafka = await kafkaUnderTest();
    expect(kafka.topic('orders')).to.match(/^orders-[0-9a-f-]{36}$/);
    expect(new Set([kafka.topic(), kafka.topic(), kafka.groupId(), kafka.groupId()])).to.have.property('size', 4);
    await kafka.createTopic();
    await kafka.stop();
    await kafka.stop();
  });

  it('uses the brokers of KAFKA_BROKERS', async () => {
    await withEnvironment({ KAFKA_BROKERS: ' one:9092, two:9092,' }, async () => {
      await using kafka = await kafkaUnderTest();
      expect(kafka).to.deep.include({ brokers: ['one:9092', 'two:9092'], name: 'KAFKA_BROKERS' });
    });
  });

  it('says what is missing and the two ways out when no container starts', async () => {
    const image = `tracelink.invalid/${randomUUID()}:1`;
    await withEnvironment({ KAFKA_BROKERS: '', KAFKA_IMAGE: image }, async () => {
      const error = await kafkaUnderTest().catch((reason: unknown) => reason);
      expect(error)
        .to.be.instanceOf(TestingError)
        .with.property('message')
        .that.matches(/^\[no_broker\] [^]*Docker[^]*KAFKA_BROKERS/);
      expect(error).to.have.property('message').that.includes(image);
    });
  });

  it('starts embedded-kafka where nothing else is asked for', async () => {
    await withEnvironment({ KAFKA_BROKERS: undefined, KAFKA_IMAGE: undefined }, async () => {
      await using kafka = await kafkaUnderTest();
      expect(kafka.name).to.equal('embedded-kafka');
      await kafka.createTopic();
    });
  });

  it('ends a whole test run with a clear message when there is no broker', async () => {
    const env = { ...process.env, KAFKA_BROKERS: '', KAFKA_IMAGE: `tracelink.invalid/${randomUUID()}:1` };
    const mocha = spawn(
      process.execPath,
      [
        'node_modules/mocha/bin/mocha.js',
        '--no-config',
        '-n',
        'conditions=@tracelink/source',
        '--require',
        './test/broker.ts',
        'packages/testing/test/drawing/format-trace.test.ts',
      ],
      { env },
    );
    let output = '';
    for (const stream of [mocha.stdout, mocha.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(mocha, 'close');
    expect(code).to.equal(1);
    expect(output).to.include('No Kafka to test on');
    expect(output).not.to.include('passing');
  });
});

const image = process.env['KAFKA_IMAGE'];

// Only a run that was given an image may count on Docker.
if (image) {
  describe('kafkaUnderTest with an image', () => {
    it('shows the last log lines of a broker that ends while it starts', async () => {
      const ending = await endingBroker();
      await withEnvironment({ KAFKA_BROKERS: undefined, KAFKA_IMAGE: ending }, async () => {
        const error = await kafkaUnderTest().catch((reason: unknown) => reason);
        expect(error)
          .to.be.instanceOf(TestingError)
          .with.property('message')
          .that.matches(/^\[no_broker\] [^]*it said last:\nno disk space left\n/);
      });
    });

    it('starts a container of the image that is asked for', async () => {
      await withEnvironment({ KAFKA_BROKERS: undefined, KAFKA_IMAGE: image }, async () => {
        await using kafka = await kafkaUnderTest();
        expect(kafka.name).to.equal(image);
        await kafka.createTopic();
      });
    }).timeout(120_000);
  });
}

describe('whenJoined', () => {
  it('resolves with what the consumer was assigned, which then reads what is sent', async () => {
    await using kafka = await kafkaUnderTest();
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = kafka.groupId();
    const consumer = client(kafka.brokers).consumer({ groupId });
    const producer = client(kafka.brokers).producer();
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await producer.connect();
      const joined = whenJoined(consumer);
      const { promise: handled, resolve: handle } = Promise.withResolvers<string | undefined>();
      await consumer.run({ eachMessage: async ({ message }) => handle(message.value?.toString()) });
      expect(await joined).to.deep.include({ groupId, memberAssignment: { [topic]: [0, 1] } });
      await producer.send({ topic, messages: [{ value: 'sent at once' }] });
      expect(await handled).to.equal('sent at once');
    } finally {
      await producer.disconnect();
      await consumer.disconnect();
    }
  });

  it('rejects after its timeout', async () => {
    const error = await whenJoined(client(['localhost:1']).consumer({ groupId: 'none' }), { timeout: 1 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TestingError).and.include({ code: 'timeout' });
  });
});

function client(brokers: string[]): Kafka {
  return new Kafka({ brokers, logLevel: logLevel.NOTHING });
}

/** An image that passes for a broker long enough to be started, and then ends with a word. */
async function endingBroker(): Promise<string> {
  await using container = await new GenericContainer('node:24-bookworm-slim').withCommand(['sleep', '600']).start();
  const command = 'CMD ["sh", "-c", "sleep 1; echo no disk space left; exit 1"]';
  await container.commit({ repo: 'tracelink-test/ending-broker', tag: '1', changes: [command], deleteOnExit: false });
  return 'tracelink-test/ending-broker:1';
}

async function withEnvironment(variables: Record<string, string | undefined>, run: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    await run();
  } finally {
    process.env = before;
  }
}
