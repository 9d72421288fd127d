import { isUtf8 } from 'node:buffer';
import { context as contextApi, type Context } from '@opentelemetry/api';
import type { Processing } from '../process-span.ts';
import type { Arrival } from './deliver.ts';
import type { InFlightMessage } from './in-flight.ts';
import type { AttemptScope } from './message-scope.ts';
import type { Abandoned } from './turn.ts';

/** One attempt at a message. */
export class Attempt {
  /** By `performance.now()`. */
  readonly startedAt: number = performance.now();
  readonly arrival: Arrival;
  readonly scope: AttemptScope;
  /** `undefined` where telemetry has failed. */
  readonly processing: Processing | undefined;
  /** In which the handler runs. */
  readonly context: Context;
  /** Whether there was something to hand out. */
  isDecoded: boolean;
  /** Ends the wait for the handler. */
  leave: ((reason: Abandoned) => void) | undefined;

  constructor(arrival: Arrival, scope: AttemptScope, processing: Processing | undefined, context: Context) {
    this.arrival = arrival;
    this.scope = scope;
    this.processing = processing;
    this.context = context;
    this.isDecoded = false;
    this.leave = undefined;
  }

  /** Listeners are called in the message's own context, whoever's timer it is that aborts. */
  abort(reason: unknown): void {
    contextApi.with(this.context, () => this.scope.abort(reason));
  }

  /** @param now by `performance.now()` */
  describe(now: number): InFlightMessage {
    const { place, message } = this.arrival;
    const { attempt, traceId } = this.scope;
    const key = message.key !== null && isUtf8(message.key) ? message.key.toString() : undefined;
    return { ...place, key, attempt, traceId, age: Math.round(now - this.startedAt) };
  }
}
