import type { KafkaConfig } from 'kafkajs';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import type { RecordPlace } from '../replay/replay-progress.ts';
import { connection, connectionOf, flag, needed, parsed, text, UsageError, whole } from './argument-values.ts';
import { doctorArguments, type DoctorAsked } from './doctor-arguments.ts';
import { shownBytes } from './record-output.ts';

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
  | DoctorAsked
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

const common = {
  ...connection,
  from: text,
  'error-class': text,
  'original-topic': text,
  key: text,
  since: text,
  limit: text,
} as const;
const place = { partition: text, offset: text } as const;
const ofReplay = { ...place, 'dry-run': flag, to: text, group: text, 'all-groups': flag, rate: text, 'max-replays': text } as const;

/**
 * @param env KAFKA_BROKERS and KAFKA_PASSWORD are read from it
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {UsageError}
 */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>, now: number): Asked {
  const words = args.filter((arg, index) => !arg.startsWith('-') && args.slice(0, index).every((before) => !before.startsWith('-')));
  const command = words.join(' ');
  if (command === 'doctor') return doctorArguments(args.slice(1), env);
  const options = command === 'replay' ? { ...common, ...ofReplay } : command === 'dead-letters show' ? { ...common, ...place } : common;
  const values = parsed(args.slice(words.length), options);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  if (!['replay', 'dead-letters', 'dead-letters show'].includes(command))
    throw new UsageError(
      command === ''
        ? 'it takes a command: doctor, replay or dead-letters'
        : `there is no command "${command}": use doctor, replay or dead-letters`,
    );
  const value = (name: string): string | undefined => values[name] as string | undefined;
  const since = value('since') === undefined ? undefined : parseSince(value('since') ?? '', now);
  const shared: Common = {
    kafka: connectionOf(values, env),
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

function filterOf(value: (name: string) => string | undefined, since: number | undefined): (record: DeadLetterRecord) => boolean {
  const [errorClass, originalTopic, key] = [value('error-class'), value('original-topic'), value('key')];
  return (record) =>
    (since === undefined || record.timestamp >= since) &&
    (errorClass === undefined || record.errorClass === errorClass) &&
    (originalTopic === undefined || record.originalTopic === originalTopic) &&
    (key === undefined || (record.key !== null && shownBytes(record.key) === key));
}
