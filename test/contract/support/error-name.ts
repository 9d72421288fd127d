import { createRequire } from 'node:module';

interface KnownError {
  readonly type: string;
  readonly code: number;
}

const { errorCodes } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as { errorCodes: readonly KnownError[] };

/** What kafkajs' table says by an older name, or ends too early to say. */
const newer: readonly KnownError[] = [
  { code: 0, type: 'NONE' },
  { code: 6, type: 'NOT_LEADER_OR_FOLLOWER' },
  { code: 14, type: 'COORDINATOR_LOAD_IN_PROGRESS' },
  { code: 15, type: 'COORDINATOR_NOT_AVAILABLE' },
  { code: 16, type: 'NOT_COORDINATOR' },
  { code: 90, type: 'PRODUCER_FENCED' },
  { code: 100, type: 'UNKNOWN_TOPIC_ID' },
];

const names = new Map([...errorCodes, ...newer].map(({ code, type }) => [code, type]));

/** The protocol's name of an error code; of a code that nothing here should answer, the number itself. */
export function errorName(code: number): string {
  return names.get(code) ?? `error ${code}`;
}

/**
 * How a call of kafkajs ended: `NONE`, or the name of the broker's error behind what kafkajs threw, however often it was
 * tried again and wrapped. What kafkajs refuses by itself is thrown on.
 */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'NONE';
  } catch (error) {
    // What kafkajs throws about several things at once holds an error for each of them: here it is about one.
    const [first]: unknown[] = error instanceof Error && 'errors' in error ? (error.errors as unknown[]) : [error];
    for (let cause = first; cause instanceof Error; cause = cause.cause) {
      // kafkajs names what it does not know by a code of its own; the broker's code is in the message then.
      const unknown = /^Unknown error code (-?\d+)$/.exec(cause.message)?.[1];
      if (unknown !== undefined) return errorName(Number(unknown));
      if ('type' in cause && 'code' in cause) return String(cause.type);
    }
    throw error;
  }
}
