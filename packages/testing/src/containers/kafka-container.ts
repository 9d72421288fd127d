import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { GenericContainer, Wait } from 'testcontainers';
import { Kafka, logLevel } from 'kafkajs';
import { errorText } from '../errors/testing-error.ts';

const clientPort = 9092;

/**
 * One node that is broker and controller. The image ignores its own defaults as soon as one variable is set, so all
 * that it needs is here. `INTERNAL` is the way from the broker to itself: the mapped port is not reachable from inside.
 */
const environment = {
  CLUSTER_ID: '4L6g3nShT-eMCtK--X86sw',
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT',
  KAFKA_LISTENERS: `CLIENT://:${clientPort},CONTROLLER://:9093,INTERNAL://:9094`,
  KAFKA_LOG_DIRS: '/tmp/kafka-logs',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '1',
  // Groups of one or two members that are complete at once: waiting for more only slows tests down.
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  // Lets a test see a member's session end without waiting six seconds, which is the broker's usual floor.
  KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '200',
  // The same of groups of the consumer protocol, whose configs may then say so: 45 and 5 seconds are the usual floors.
  KAFKA_GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS: '200',
  KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS: '100',
  KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m',
};

/** A broker in a container. `await using` stops it. */
export interface KafkaContainer extends AsyncDisposable {
  /** `host:port`, as clients reach it. */
  readonly broker: string;
  stop(): Promise<void>;
}

/**
 * Starts a broker from an image that is laid out as `apache/kafka` and resolves when it serves clients, with groups and transactions.
 *
 * @param image such as `apache/kafka:4.4.0`
 * @throws what kept it from starting, with the last lines of its log
 */
export async function startKafkaContainer(image: string): Promise<KafkaContainer> {
  const container = await startBroker(image);
  try {
    await coordinatorsReady([container.broker]);
    return container;
  } catch (error) {
    await container.stop();
    throw error;
  }
}

async function startBroker(image: string): Promise<KafkaContainer> {
  // The broker tells clients its address, so the port on the host must be known before the broker starts.
  const port = await freePort();
  const broker = `localhost:${port}`;
  let log: Readable | undefined;
  const lastWords: string[] = [];
  try {
    const container = await new GenericContainer(image)
      .withEnvironment({ ...environment, KAFKA_ADVERTISED_LISTENERS: `CLIENT://${broker},INTERNAL://localhost:9094` })
      .withExposedPorts({ container: clientPort, host: port })
      .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
      .withLogConsumer((stream) => {
        log = stream.on('data', (text: string) => {
          if (lastWords.push(text.trimEnd()) > 10) lastWords.shift();
        });
      })
      .start();
    const stop = async (): Promise<void> => {
      await container.stop();
    };
    return { broker, stop, [Symbol.asyncDispose]: stop };
  } catch (cause) {
    // The container is gone, what it said may still be on its way.
    if (log !== undefined) await finished(log, { signal: AbortSignal.timeout(1_000) }).catch(() => {});
    const said = lastWords.length === 0 ? '' : `; it said last:\n${lastWords.join('\n')}\n`;
    throw new Error(`${errorText(cause)}${said}`, { cause });
  }
}

/** Below those that systems give to connections, of which one may have it before the container does. */
async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    try {
      const server = createServer().listen(port);
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (tries === 100) throw error;
    }
  }
}

const deadline = 30_000;
const pause = 100;

/**
 * Resolves when the broker's coordinators of groups and of transactions answer. A new broker makes the topics that they live
 * in at the first request for them and refuses until those are loaded: clients that may not retry would fail at random.
 *
 * @throws the broker's last refusal after half a minute
 */
async function coordinatorsReady(brokers: string[]): Promise<void> {
  const kafka = new Kafka({ clientId: 'kafka-under-test', brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ transactionalId: `ready-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true });
  const until = performance.now() + deadline;
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await untilAnswered(until, () => admin.fetchOffsets({ groupId: `ready-${randomUUID()}` }));
    await untilAnswered(until, async () => (await producer.transaction()).abort());
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

async function untilAnswered(until: number, ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await setTimeout(pause);
    }
  }
}
