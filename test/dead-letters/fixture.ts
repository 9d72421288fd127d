import { FixtureFolder, type SpanIds } from '../recorded/fixture-folder.ts';

/** UTF-8, or `base64:` and the bytes; `null` is Kafka's null. */
export type Kept = string | null;

/** A dead-letter record as it stood in the log. */
export interface KeptRecord {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Kept;
  readonly value: Kept;
  /** In order, with repeats. */
  readonly headers: readonly (readonly [name: string, value: Kept])[];
}

/** The record that failed, as tracelink's producer wrote it. */
export interface Source extends SpanIds {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** What one piece of software wrote when it failed. */
export interface Fixture {
  readonly software: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the run. */
  readonly date: string;
  /** The consumer group that failed. */
  readonly group: string;
  readonly source: Source;
  readonly deadLetters: readonly KeptRecord[];
}

/** The kept runs, by the name of the software. */
export const keptDeadLetters: FixtureFolder<Fixture> = new FixtureFolder<Fixture>(`${import.meta.dirname}/fixtures`);

/** Bytes as they are kept. */
export function kept(bytes: Buffer | null | undefined): Kept {
  if (bytes === null || bytes === undefined) return null;
  const text = bytes.toString();
  // oxlint-disable-next-line no-control-regex
  return Buffer.from(text).equals(bytes) && !/[\u0000-\u0008]/.test(text) ? text : `base64:${bytes.toString('base64')}`;
}

/** The bytes of what was kept. */
export function bytesOf(text: Kept): Buffer | null {
  if (text === null) return null;
  return text.startsWith('base64:') ? Buffer.from(text.slice(7), 'base64') : Buffer.from(text);
}
