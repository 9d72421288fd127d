import { errorMessage } from '../core/error-type.ts';
import type { ClientMaker } from './client-maker.ts';

/** How to reach brokers, for a program that no code of its user configures. */
export interface BrokerConnection {
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** Whether to connect with TLS, by the certificates that Node trusts. */
  readonly ssl?: boolean;
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
}

/** The mechanisms that all clients have. */
export const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
type SaslMechanism = (typeof saslMechanisms)[number];

interface Library {
  readonly packageName: string;
  /** Loads the library. */
  readonly make: (clientId: string, connection: BrokerConnection) => Promise<ClientMaker>;
}

const libraries = {
  kafkajs: {
    packageName: 'kafkajs',
    async make(clientId, { brokers, ssl, sasl }) {
      const { Kafka, logLevel } = await import('kafkajs');
      const security = { ...(ssl === true && { ssl }), ...(sasl !== undefined && { sasl: sasl as { mechanism: 'plain' } & typeof sasl }) };
      return new Kafka({ clientId, brokers: [...brokers], ...security, logLevel: logLevel.NOTHING });
    },
  },
  platformatic: {
    packageName: '@platformatic/kafka',
    async make(clientId, { brokers, ssl, sasl }) {
      const library = await import('@platformatic/kafka');
      const security = {
        ...(ssl === true && { tls: {} }),
        ...(sasl !== undefined && { sasl: { ...sasl, mechanism: sasl.mechanism.toUpperCase() } }),
      };
      return { library, options: { clientId, bootstrapBrokers: [...brokers], ...security } };
    },
  },
  confluent: {
    packageName: '@confluentinc/kafka-javascript',
    async make(clientId, { brokers, ssl, sasl }) {
      // Not among the dependencies, since it has a binary part.
      const packageName: string = this.packageName;
      const { default: library } = (await import(packageName)) as { readonly default: object };
      const security = {
        'security.protocol': `${sasl === undefined ? '' : 'sasl_'}${ssl === true ? 'ssl' : 'plaintext'}`,
        ...(sasl !== undefined && {
          'sasl.mechanism': sasl.mechanism.toUpperCase(),
          'sasl.username': sasl.username,
          'sasl.password': sasl.password,
        }),
      };
      return { library, options: { 'client.id': clientId, 'bootstrap.servers': brokers.join(','), ...security } };
    },
  },
} as const satisfies Readonly<Record<string, Library>>;

/** A client library, by a short name. */
export type ClientName = keyof typeof libraries;

/** In the order in which they are looked for. */
export const clientNames = Object.keys(libraries) as readonly ClientName[];

/**
 * Makes clients of a library that is installed beside this package.
 *
 * @param name the library; `undefined`: the first that is there
 * @throws {Error} when it is not there, or none is, with what to install
 */
export async function installedClient(name: ClientName | undefined, clientId: string, connection: BrokerConnection): Promise<ClientMaker> {
  for (const each of name === undefined ? clientNames : [name]) {
    const library: Library = libraries[each];
    try {
      return await library.make(clientId, connection);
    } catch (error) {
      if (!isAbsent(error, library.packageName)) throw error;
    }
  }
  const needed = name === undefined ? clientNames.map((each) => libraries[each].packageName) : [libraries[name].packageName];
  throw new Error(`it needs a client of Kafka beside it, and does not find one: npm install ${needed.join(', or ')}`);
}

/** Whether an import failed as the package is not installed. One that the package itself lacks is another matter. */
export function isAbsent(error: unknown, packageName: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ERR_MODULE_NOT_FOUND' && errorMessage(error).includes(`'${packageName}'`);
}
