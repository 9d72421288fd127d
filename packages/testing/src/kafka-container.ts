import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { GenericContainer, Wait } from 'testcontainers';

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
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '1',
  // Groups of one or two members that are complete at once: waiting for more only slows tests down.
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  // Lets a test see a member's session end without waiting six seconds, which is the broker's usual floor.
  KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '200',
  KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m',
};

/** A broker in a container. */
export interface KafkaContainer {
  /** `host:port`, as clients reach it. */
  readonly broker: string;
  stop(): Promise<void>;
}

/** Starts a broker from an image that is laid out as `apache/kafka` and resolves when it serves clients. */
export async function startKafkaContainer(image: string): Promise<KafkaContainer> {
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
    return {
      broker,
      stop: async () => {
        await container.stop();
      },
    };
  } catch (cause) {
    // The container is gone, what it said may still be on its way.
    if (log !== undefined) await finished(log, { signal: AbortSignal.timeout(1_000) }).catch(() => {});
    const said = lastWords.length === 0 ? '' : `; it said last:\n${lastWords.join('\n')}\n`;
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}${said}`, { cause });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
