// A relay in its own process, which its parent suspends while kafkajs waits to retry a request that never reached the broker.
import { connect, type Socket } from 'node:net';
import { outbox, type RelayOptions } from '@tracelink/kafka/outbox';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

/** The parent's request. */
export interface StoppedRelayTask {
  readonly url: string;
  readonly table: string;
  readonly brokers: readonly string[];
  readonly ordering: NonNullable<RelayOptions['ordering']>;
  /** Milliseconds. */
  readonly lease: number;
}

/** Its reports: that kafkajs waits; the relay's log lines, with its state then; its drain's report. */
export type StoppedRelayWord =
  | { readonly word: 'waiting' }
  | { readonly word: 'warned'; readonly text: string; readonly state: string; readonly held: number }
  | { readonly word: 'drained'; readonly sent: number };

const { url, table, brokers, ordering, lease } = JSON.parse(process.argv[2] ?? '') as StoppedRelayTask;
const produceKey = 0;
const keyOffset = 4;
let isBroken = false;

const tell = (word: StoppedRelayWord): void => void process.send?.(word);

/** Breaks the connection of the first request to produce, before it is written. */
function socketFactory({
  host,
  port,
  onConnect,
}: {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}): Socket {
  const socket = connect({ host, port }, onConnect);
  const write = socket.write.bind(socket) as (bytes: Buffer, encoding: BufferEncoding) => boolean;
  // kafkajs only writes bytes.
  (socket as { write: typeof write }).write = (bytes, encoding) => {
    if (isBroken || bytes.readInt16BE(keyOffset) !== produceKey) return write(bytes, encoding);
    isBroken = true;
    // The next turn: by then kafkajs waits.
    socket.destroy(new Error('broken')).once('close', () => setImmediate(() => tell({ word: 'waiting' })));
    return false;
  };
  return socket;
}

const pool = new pg.Pool({ connectionString: url });
pool.on('error', () => {});
const kafka = new Kafka({ clientId: 'stopped', brokers: [...brokers], logLevel: logLevel.NOTHING, socketFactory });
const relay = outbox(pool, { table }).relay(kafka, {
  ordering,
  lease,
  listen: false,
  pollInterval: 20,
  producer: { retry: { initialRetryTime: 1_000, retries: 5 } },
  log: {
    info: () => {},
    warn: (_, text) => {
      const { state, held } = relay.health();
      tell({ word: 'warned', text, state, held: held.length });
    },
  },
});
process.once('message', () => {
  void relay.drain().then(async ({ sent }) => {
    tell({ word: 'drained', sent });
    await pool.end();
    process.disconnect();
  });
});
