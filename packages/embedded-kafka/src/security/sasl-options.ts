import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';

/** The ways to prove who one is that this broker knows. */
const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** A way to prove who one is. */
export type SaslMechanism = (typeof saslMechanisms)[number];

/** Who may come in, and how they prove who they are. */
export interface SaslOptions {
  /** Passwords by the names of their users. They are kept in memory, and never logged. */
  readonly users: Readonly<Record<string, string>>;
  /** @default all three: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 */
  readonly mechanisms?: readonly SaslMechanism[];
}

/** @throws {EmbeddedKafkaError} `invalid_option`, with a text that says what to write instead */
export function checkSaslOptions({ users, mechanisms = saslMechanisms }: SaslOptions): Required<SaslOptions> {
  const names = Object.keys(users ?? {});
  if (names.length === 0) throw new EmbeddedKafkaError('invalid_option', 'sasl.users has a password for each user, at least one');
  for (const name of names) {
    const password: unknown = users[name];
    if (name === '' || typeof password !== 'string' || password === '')
      throw new EmbeddedKafkaError('invalid_option', `sasl.users takes names and passwords that are not empty, which "${name}" is not`);
  }
  if (mechanisms.length === 0) throw new EmbeddedKafkaError('invalid_option', 'sasl.mechanisms has at least one mechanism');
  for (const mechanism of mechanisms)
    if (!saslMechanisms.includes(mechanism))
      throw new EmbeddedKafkaError('invalid_option', `sasl.mechanisms takes ${saslMechanisms.join(', ')}, not "${mechanism}"`);
  return { users, mechanisms };
}
