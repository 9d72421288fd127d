import { parseArgs } from 'node:util';
import { clientNames, saslMechanisms, type BrokerConnection, type ClientName } from '../client/installed-client.ts';
import { errorMessage } from '../core/error-type.ts';

/** An error in the command line, in a sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean', default: false } as const;

/** How to reach the brokers, and by which client. */
export interface Connection extends BrokerConnection {
  /** @default the first that is installed */
  readonly client?: ClientName;
}

/** The options that every command has. */
export const connection = {
  brokers: text,
  client: text,
  ssl: flag,
  sasl: text,
  username: text,
  json: flag,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;

/** Options as Node's parser takes them, by their names. */
export type OptionTypes = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** The values of the options that were given, by their names. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** @throws {UsageError} also where an option of one value is given twice: the last would count, and the first be forgotten */
export function parsed(args: readonly string[], options: OptionTypes): OptionValues {
  const { values, tokens } = parsedByNode(args, options);
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const single = given.filter((name) => options[name]?.type === 'string' && options[name].multiple !== true);
  const twice = single.find((name, index) => single.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice, and takes one value`);
  return values;
}

function parsedByNode(args: readonly string[], options: OptionTypes) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, tokens: true });
  } catch (error) {
    // Node's message may have several lines.
    throw new UsageError(errorMessage(error).replaceAll('\n', ' '), { cause: error });
  }
}

/** How to reach the brokers. @param value of an option */
export function connectionOf(values: OptionValues, env: Readonly<Record<string, string | undefined>>): Connection {
  const value = (name: string): string | undefined => values[name] as string | undefined;
  return {
    brokers: brokers(value('brokers') ?? env['KAFKA_BROKERS']),
    ...(values['ssl'] === true && { ssl: true }),
    ...client(value('client')),
    ...sasl(value, env),
  };
}

function client(name: string | undefined): Pick<Connection, 'client'> {
  if (name === undefined) return {};
  const found = clientNames.find((each) => each === name);
  if (found === undefined) throw new UsageError(`--client takes ${clientNames.join(' or ')}, not "${name}"`);
  return { client: found };
}

function brokers(list: string | undefined): string[] {
  const found = needed('--brokers, or KAFKA_BROKERS in the environment,', list)
    .split(',')
    .map((broker) => broker.trim());
  for (const broker of found)
    if (!isBroker(broker)) throw new UsageError(`--brokers takes host:port, with commas between, not "${broker}"`);
  return found;
}

function isBroker(broker: string): boolean {
  const port = Number(/^\S+:(\d{1,5})$/.exec(broker)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
}

function sasl(value: (name: string) => string | undefined, env: Readonly<Record<string, string | undefined>>): Pick<Connection, 'sasl'> {
  const given = value('sasl');
  if (given === undefined) return {};
  const mechanism = saslMechanisms.find((each) => each === given);
  if (mechanism === undefined) throw new UsageError(`--sasl takes ${saslMechanisms.join(', ')}, not "${given}"`);
  const username = needed('--username', value('username'));
  const password = needed('KAFKA_PASSWORD in the environment', env['KAFKA_PASSWORD']);
  return { sasl: { mechanism, username, password } };
}

function needed(what: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing`);
  return value;
}

export function whole(what: string, digits: string | undefined, least: number): number | undefined {
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (/^\d+$/.test(digits) && number >= least && Number.isSafeInteger(number)) return number;
  throw new UsageError(`${what} takes a whole number from ${least}, not "${digits}"`);
}
