import { writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** A moment at which a member can be killed. */
export type Boundary =
  | 'before-handler'
  | 'handled'
  | 'commit-asked'
  | 'commit-sent'
  | 'commit-acknowledged'
  | 'dead-letter-asked'
  | 'dead-letter-sent'
  | 'dead-letter-acknowledged';

/** A position of a partition of the row's topic, as a member commits it. */
export interface CommittedPosition {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string | null;
}

/** An event of a member. */
export type Event =
  | { readonly kind: 'joined' }
  | { readonly kind: 'begun' | 'finished'; readonly index: number; readonly attempt: number }
  /** Of the row's topic; events in a retry topic are separate. */
  | { readonly kind: 'dead-lettered' | 'put-off' | 'stopped'; readonly partition: number; readonly offset: string }
  | ({ readonly kind: 'commit-asked' | 'committed' } & CommittedPosition)
  | { readonly kind: 'crashed' | 'uncaught'; readonly error: string }
  /** `subscribe` rejected. */
  | { readonly kind: 'refused'; readonly code: string; readonly error: string }
  /** The handler got a message of another topic. */
  | { readonly kind: 'foreign'; readonly topic: string }
  /** Whether `health()` is ok, when it has changed. */
  | { readonly kind: 'health'; readonly ok: boolean }
  | { readonly kind: 'boundary'; readonly name: Boundary }
  | { readonly kind: 'ended'; readonly spansOpen: number; readonly abandoned: number };

/** With the time, milliseconds of the monotonic clock that all processes of a machine share, and the number of the member. */
export type Entry = Event & { readonly at: number; readonly member: number };

/** The file descriptor of a member's parent. */
const parentFd = 3;

/**
 * Reports to the parent. The descriptor blocks, so that when this returns the kernel has the line: kill -9 in the next instruction
 * loses nothing of it.
 */
export function tell(event: Event): void {
  const line = Buffer.from(`${JSON.stringify({ ...event, at: monotonic() })}\n`);
  for (let written = 0; written < line.length;) written += writeSync(parentFd, line, written);
}

/** Passes on a member's reports, in order. Resolves when no more can come. */
export async function readJournal(stream: Readable, member: number, onEntry: (entry: Entry) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onEntry({ ...(JSON.parse(line) as Omit<Entry, 'member'>), member } as Entry);
}

/** Milliseconds; see {@link Entry}. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
