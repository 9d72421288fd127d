import type { ErrorName } from '../core/error-codes.ts';

/** What a fault does to a request that it hits. */
export type FaultAction =
  | {
      /**
       * The broker rejects the request with this error: each partition, topic or group where the API has an error for
       * each, otherwise the whole request. A request that expects no response, as Produce with `acks` 0, has its
       * connection closed, as in Apache Kafka.
       */
      readonly error: Exclude<ErrorName, 'NONE'>;
      /**
       * Whether the broker processes the request all the same, and only the response carries the error. @default false
       */
      readonly applied?: boolean;
    }
  | {
      /**
       * Closes the connection: before the broker processes the request, or after it, so that only the response is lost.
       */
      readonly drop: 'before' | 'after';
    }
  | {
      /** Delays the request, and all that follow it on its connection, by milliseconds of the broker's clock. */
      readonly delayMs: number;
    }
  | {
      /** Holds the request, and all that follow it on its connection, until the promise settles, either way. */
      readonly hold: Promise<unknown>;
    }
  | {
      /**
       * The broker neither processes nor answers the request, nor any that follow it on its connection, which stays
       * open.
       */
      readonly silence: true;
    }
  | {
      /**
       * The broker processes the request, and the response tells the client to throttle for this many milliseconds, in
       * versions that have the field. The broker itself does not throttle a client that ignores it.
       */
      readonly throttleMs: number;
    };

/** A short description of a fault, for messages. */
export function describeAction(action: FaultAction): string {
  if ('error' in action) return action.applied === true ? `${action.error} after it is applied` : action.error;
  if ('drop' in action) return `drop ${action.drop}`;
  if ('delayMs' in action) return `delay of ${action.delayMs} ms`;
  if ('throttleMs' in action) return `throttle of ${action.throttleMs} ms`;
  return 'hold' in action ? 'hold' : 'silence';
}
