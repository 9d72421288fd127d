import { createRequire } from 'node:module';
import { logLevel, Kafka, type Logger } from 'kafkajs';
import type { Answers } from './answers.ts';
import { errorName } from './error-name.ts';

/** kafkajs' own encoder of one version of one API; the kafkajs of these tests is pinned, so its inner files may be used. */
interface Protocol {
  readonly request: { encode(): Promise<{ buffer: Buffer }> };
  readonly response: { readonly decode: (bytes: Buffer) => Promise<unknown> };
}

interface Connection {
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
  send(protocol: object): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const { requests } = require('kafkajs/src/protocol/requests') as {
  requests: Readonly<Record<keyof Answers, { protocol(of: { version: number }): (body: object) => Protocol }>>;
};
const KafkajsConnection = require('kafkajs/src/network/connection') as new (options: object) => Connection;
const socketFactory = require('kafkajs/src/network/socketFactory') as () => unknown;

const requestTimeout = 20_000;

/** One connection to one broker, on which a test sends any request in any version. */
export class RawConnection {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(broker: string): Promise<RawConnection> {
    const { hostname: host, port } = new URL(`kafka://${broker}`);
    const connection = new KafkajsConnection({
      host,
      port: Number(port),
      clientId: 'contract',
      logger: silentLogger(),
      socketFactory: socketFactory(),
      connectionTimeout: requestTimeout,
      requestTimeout,
    });
    await connection.connect();
    return new RawConnection(connection);
  }

  get connected(): boolean {
    return this.#connection.isConnected();
  }

  /**
   * Sends one request and resolves with the response, also when it has an error.
   *
   * @param tamper may change the encoded body before it is sent
   */
  async ask<A extends keyof Answers>(
    api: A,
    version: number,
    body: object,
    tamper: (body: Buffer) => void = () => {},
  ): Promise<Answers[A]> {
    const { request, response } = requests[api].protocol({ version })(body);
    const answer = await this.#connection.send({
      request: {
        ...request,
        encode: async () => {
          const encoded = await request.encode();
          tamper(encoded.buffer);
          return encoded;
        },
      },
      response: { decode: response.decode, parse: (decoded: unknown) => named(decoded) },
      requestTimeout,
    });
    return answer as Answers[A];
  }

  async close(): Promise<void> {
    await this.#connection.disconnect();
  }
}

function silentLogger(): Logger {
  return new Kafka({ brokers: ['unused:1'], logLevel: logLevel.NOTHING }).logger();
}

/** Replaces error codes by their names, at every depth. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => (key === 'errorCode' ? ['error', errorName(Number(inner))] : [key, named(inner)])),
  );
}
