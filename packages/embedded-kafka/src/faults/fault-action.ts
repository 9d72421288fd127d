import type { ErrorName } from '../error-codes.ts';

/** What a fault does to a request that it hits. */
export type FaultAction =
  | {
      /**
       * Answered in the place of what the request would get: per partition or topic where the API has errors of their
       * own for these, else for the whole request.
       */
      readonly error: Exclude<ErrorName, 'NONE'>;
      /** Whether the request is done all the same, and only its answer says that it is not. @default false */
      readonly applied?: boolean;
    }
  | {
      /** Closes the connection: before the request is done, or after, when only its answer is lost. */
      readonly drop: 'before' | 'after';
    }
  | {
      /** Milliseconds of the broker's clock before the request is done. What follows on its connection waits too. */
      readonly delayMs: number;
    }
  | {
      /** Until this settles, either way, the request is not done. What follows on its connection waits too. */
      readonly hold: Promise<unknown>;
    }
  | {
      /** The request is neither done nor answered, nor is anything after it on the same connection, which stays open. */
      readonly silence: true;
    }
  | {
      /**
       * The request is done, and its answer tells the client to wait for so many milliseconds, in versions that can.
       * The broker itself does not hold back who comes earlier.
       */
      readonly throttleMs: number;
    };

/** A fault in one word and its detail, for messages. */
export function describeAction(action: FaultAction): string {
  if ('error' in action) return action.applied === true ? `${action.error} after it is applied` : action.error;
  if ('drop' in action) return `drop ${action.drop}`;
  if ('delayMs' in action) return `delay of ${action.delayMs} ms`;
  if ('throttleMs' in action) return `throttle of ${action.throttleMs} ms`;
  return 'hold' in action ? 'hold' : 'silence';
}
