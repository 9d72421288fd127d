import { createRequire } from 'node:module';

interface KnownError {
  readonly type: string;
  readonly code: number;
}

const { errorCodes } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as { errorCodes: readonly KnownError[] };

/** Errors that kafkajs' table has by an older name, or not at all. */
const newer: readonly KnownError[] = [
  { code: 0, type: 'NONE' },
  { code: 6, type: 'NOT_LEADER_OR_FOLLOWER' },
  { code: 14, type: 'COORDINATOR_LOAD_IN_PROGRESS' },
  { code: 15, type: 'COORDINATOR_NOT_AVAILABLE' },
  { code: 16, type: 'NOT_COORDINATOR' },
  { code: 90, type: 'PRODUCER_FENCED' },
  { code: 100, type: 'UNKNOWN_TOPIC_ID' },
  { code: 110, type: 'FENCED_MEMBER_EPOCH' },
  { code: 111, type: 'UNRELEASED_INSTANCE_ID' },
  { code: 112, type: 'UNSUPPORTED_ASSIGNOR' },
  { code: 113, type: 'STALE_MEMBER_EPOCH' },
  { code: 120, type: 'TRANSACTION_ABORTABLE' },
  { code: 128, type: 'INVALID_REGULAR_EXPRESSION' },
];

const names = new Map([...errorCodes, ...newer].map(({ code, type }) => [code, type]));

/** The protocol's name of an error code, or the number itself when the code is unknown. */
export function errorName(code: number): string {
  return names.get(code) ?? `error ${code}`;
}

/**
 * The outcome of a kafkajs call: `NONE`, or the name of the broker's error inside the error that kafkajs threw, however
 * often it was retried and wrapped. An error of kafkajs itself is rethrown.
 */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'NONE';
  } catch (error) {
    // An aggregate error of kafkajs has an error for each element; here there is one.
    const [first]: unknown[] = error instanceof Error && 'errors' in error ? (error.errors as unknown[]) : [error];
    for (let cause = first; cause instanceof Error; cause = cause.cause) {
      // kafkajs gives an unknown code a name of its own, with the broker's code in the message.
      const unknown = /^Unknown error code (-?\d+)$/.exec(cause.message)?.[1];
      if (unknown !== undefined) return errorName(Number(unknown));
      if ('type' in cause && 'code' in cause) return String(cause.type);
    }
    throw error;
  }
}
