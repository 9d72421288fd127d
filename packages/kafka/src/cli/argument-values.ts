import { parseArgs } from 'node:util';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { errorMessage } from '../core/error-type.ts';

/** An error in the command line, in a sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean', default: false } as const;

/** The options that every command has. */
export const connection = {
  brokers: text,
  ssl: flag,
  sasl: text,
  username: text,
  json: flag,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

export function parsed(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's message may have several lines.
    throw new UsageError(errorMessage(error).replaceAll('\n', ' '), { cause: error });
  }
}

/** How to reach the brokers. @param value of an option */
export function connectionOf(
  values: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  const value = (name: string): string | undefined => values[name] as string | undefined;
  return {
    brokers: brokers(value('brokers') ?? env['KAFKA_BROKERS']),
    ...(values['ssl'] === true && { ssl: true }),
    ...sasl(value, env),
  };
}

function brokers(list: string | undefined): string[] {
  const found = needed('--brokers, or KAFKA_BROKERS in the environment,', list).split(',');
  for (const broker of found)
    if (!/^.+:\d{1,5}$/.test(broker)) throw new UsageError(`--brokers takes host:port, with commas between, not "${broker}"`);
  return found;
}

function sasl(value: (name: string) => string | undefined, env: Readonly<Record<string, string | undefined>>): { sasl?: SASLOptions } {
  const mechanism = value('sasl');
  if (mechanism === undefined) return {};
  if (!mechanisms.includes(mechanism)) throw new UsageError(`--sasl takes ${mechanisms.join(', ')}, not "${mechanism}"`);
  const username = needed('--username', value('username'));
  const password = needed('KAFKA_PASSWORD in the environment', env['KAFKA_PASSWORD']);
  return { sasl: { mechanism, username, password } as SASLOptions };
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
