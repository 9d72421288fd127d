import type { RawRecord } from '../../recorded/write-records.ts';

/** Where a fault comes from: the software ran here, its records were kept, or they are written by hand. */
type Made = 'by the software' | 'from its recorded records' | 'by hand';

/** A fault in a topic, and the rule that has to find it. */
export interface Plant {
  readonly rule: string;
  /** What else is wrong with such records. @default nothing */
  readonly also?: readonly string[];
  readonly made: Made;
  /** The software with its version, or what a program would have to do. */
  readonly by: string;
  /** What the topic's name begins with. @default its records are in no dead-letter topic */
  readonly prefix?: string;
  /** Records of one topic, which may name it. */
  readonly records: readonly RawRecord[] | ((topic: string) => readonly RawRecord[]);
  /** Records of another topic, which were there before. */
  readonly before?: readonly RawRecord[];
}

let count = 0;

/** A fresh id of so many hexadecimal digits. */
export function id(digits: number): string {
  return (++count).toString(16).padStart(4, '0').padStart(digits, 'a');
}

/** A fresh `traceparent`. */
export function traceparent({ traceId = id(32), spanId = id(16), flags = '01' } = {}): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

/** A record with these headers and nothing else. */
export function withHeaders(...headers: RawRecord['headers']): RawRecord {
  return { headers };
}

/** The same record so often. */
export function times(number: number, make: (index: number) => RawRecord): RawRecord[] {
  return Array.from({ length: number }, (_, index) => make(index));
}
