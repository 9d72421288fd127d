import { parseArgs } from 'node:util';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { errorMessage } from '../core/error-type.ts';
import type { DeadLetterRecord } from '../replay/dead-letter-record.ts';
import type { RecordPlace } from '../replay/replay-progress.ts';
import { shownBytes } from './record-output.ts';

/** An error in the command line, in a sentence for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Milliseconds of a unit. */
const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The time of `--since`, in milliseconds since the epoch: an ISO time, in UTC when it has no zone, or a duration before `now`.
 *
 * @throws {UsageError}
 */
export function parseSince(since: string, now: number): number {
  const duration = /^(\d{1,9})([smhd])$/.exec(since);
  if (duration !== null) return now - Number(duration[1]) * (units[duration[2] ?? ''] ?? 0);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(since);
  const time = iso === null ? Number.NaN : Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`);
  if (Number.isNaN(time))
    throw new UsageError(`--since takes a time such as 2026-11-29T08:00Z, or a duration such as 90s, 30m, 2h or 7d, not "${since}"`);
  return time;
}

/** The arguments of all commands. */
interface Common {
  readonly kafka: Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>;
  readonly from: string;
  readonly filter: (record: DeadLetterRecord) => boolean;
  readonly json: boolean;
}

/** What the command line asks for. */
export type Asked =
  | { readonly what: 'help' }
  | { readonly what: 'version' }
  | (Common & { readonly what: 'list'; readonly limit: number | undefined })
  | (Common & { readonly what: 'show'; readonly record: RecordPlace })
  | (Common & {
      readonly what: 'replay';
      readonly limit: number | undefined;
      readonly since: number | undefined;
      readonly record: RecordPlace | undefined;
      readonly groupOnly: boolean;
      readonly dryRun: boolean;
      readonly to: string | undefined;
      readonly groupId: string | undefined;
      readonly rate: number | undefined;
      readonly maxReplays: number | undefined;
    });

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const common = {
  brokers: text,
  from: text,
  ssl: flag,
  sasl: text,
  username: text,
  json: flag,
  'error-class': text,
  'original-topic': text,
  key: text,
  since: text,
  limit: text,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;
const place = { partition: text, offset: text } as const;
const ofReplay = { ...place, 'dry-run': flag, to: text, group: text, 'all-groups': flag, rate: text, 'max-replays': text } as const;
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

/**
 * @param env KAFKA_BROKERS and KAFKA_PASSWORD are read from it
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {UsageError}
 */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>, now: number): Asked {
  const words = args.filter((arg, index) => !arg.startsWith('-') && args.slice(0, index).every((before) => !before.startsWith('-')));
  const command = words.join(' ');
  const options = command === 'replay' ? { ...common, ...ofReplay } : command === 'dead-letters show' ? { ...common, ...place } : common;
  const values = parsed(args.slice(words.length), options);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  if (!['replay', 'dead-letters', 'dead-letters show'].includes(command))
    throw new UsageError(
      command === '' ? 'it takes a command: replay or dead-letters' : `there is no command "${command}": use replay or dead-letters`,
    );
  const value = (name: string): string | undefined => values[name] as string | undefined;
  const since = value('since') === undefined ? undefined : parseSince(value('since') ?? '', now);
  const shared: Common = {
    kafka: {
      brokers: brokers(value('brokers') ?? env['KAFKA_BROKERS']),
      ...(values['ssl'] === true && { ssl: true }),
      ...sasl(value, env),
    },
    from: needed('--from', value('from')),
    filter: filterOf(value, command === 'replay' ? undefined : since),
    json: values['json'] === true,
  };
  if (command === 'dead-letters show') return { what: 'show', ...shared, record: recordPlace(value) };
  const limit = whole('--limit', value('limit'), 1);
  if (command === 'dead-letters') return { what: 'list', ...shared, limit };
  return {
    what: 'replay',
    ...shared,
    limit,
    since,
    record: value('partition') === undefined && value('offset') === undefined ? undefined : recordPlace(value),
    groupOnly: values['all-groups'] !== true,
    dryRun: values['dry-run'] === true,
    to: value('to'),
    groupId: value('group'),
    rate: whole('--rate', value('rate'), 1),
    maxReplays: whole('--max-replays', value('max-replays'), 1),
  };
}

function recordPlace(value: (name: string) => string | undefined): RecordPlace {
  return {
    partition: whole('--partition', needed('--partition', value('partition')), 0) ?? 0,
    offset: String(whole('--offset', needed('--offset', value('offset')), 0)),
  };
}

function parsed(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
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

function filterOf(value: (name: string) => string | undefined, since: number | undefined): (record: DeadLetterRecord) => boolean {
  const [errorClass, originalTopic, key] = [value('error-class'), value('original-topic'), value('key')];
  return (record) =>
    (since === undefined || record.timestamp >= since) &&
    (errorClass === undefined || record.errorClass === errorClass) &&
    (originalTopic === undefined || record.originalTopic === originalTopic) &&
    (key === undefined || (record.key !== null && shownBytes(record.key) === key));
}

function needed(what: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing`);
  return value;
}

function whole(what: string, digits: string | undefined, least: number): number | undefined {
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (/^\d+$/.test(digits) && number >= least && Number.isSafeInteger(number)) return number;
  throw new UsageError(`${what} takes a whole number from ${least}, not "${digits}"`);
}
