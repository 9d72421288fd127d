import type { Fault } from './fault.ts';
import type { Clock } from '../core/clock.ts';
import { errorCodes, type ErrorName } from '../core/error-codes.ts';
import { type Subject, withError } from './subjects.ts';

/** Thrown to close the connection of a request because a fault says so. */
class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped';

  constructor(fault: Fault) {
    super(`a fault: ${fault.toString()}`);
  }
}

interface ActiveFaultOptions {
  readonly clock: Clock;
  /** Aborts when the connection of the request closes. */
  readonly signal: AbortSignal;
  /** The name of the topic with that id, for responses that use topic ids. */
  readonly nameOf: (topicId: string) => string | undefined;
}

/** A fault that applies to the one request that it hit. */
export class ActiveFault {
  readonly #fault: Fault;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #nameOf: (topicId: string) => string | undefined;

  constructor(fault: Fault, { clock, signal, nameOf }: ActiveFaultOptions) {
    this.#fault = fault;
    this.#clock = clock;
    this.#signal = signal;
    this.#nameOf = nameOf;
  }

  /**
   * The error that the fault gives to the request, whatever part it is about, instead of processing it; NONE when it
   * gives none.
   */
  get error(): ErrorName {
    const { action } = this.#fault;
    return 'error' in action && action.applied !== true ? action.error : 'NONE';
  }

  /** The error that the fault gives to a part of the request instead of processing it; NONE when it gives none. */
  errorOf(part: Subject = {}): ErrorName {
    return this.#fault.concerns(part) ? this.error : 'NONE';
  }

  /** Applies the fault before the request is processed. */
  async before(): Promise<void> {
    const { action } = this.#fault;
    if ('drop' in action && action.drop === 'before') throw new ConnectionDropped(this.#fault);
    if ('silence' in action) await this.#orClosed(new Promise(() => {}));
    if ('delayMs' in action) await this.#delay(action.delayMs);
    if ('hold' in action) await this.#orClosed(Promise.resolve(action.hold).catch(() => {}));
    // The connection closed while the fault held the request: no client would learn the result.
    if (this.#signal.aborted) throw new ConnectionDropped(this.#fault);
  }

  /** Applies the fault to the response; `undefined` is the response of a request that expects none. */
  after<R extends object>(response: R | undefined): R | undefined {
    const { action } = this.#fault;
    if ('drop' in action) throw new ConnectionDropped(this.#fault);
    const isApplied = 'error' in action && action.applied === true;
    // A client learns of an error without a response by the closed connection.
    if (response === undefined && isApplied) throw new ConnectionDropped(this.#fault);
    if (response === undefined) return undefined;
    if ('throttleMs' in action) return { ...response, throttleTimeMs: action.throttleMs };
    if (!isApplied) return response;
    return withError(response, errorCodes[action.error], { concerns: (part) => this.#fault.concerns(part), nameOf: this.#nameOf });
  }

  async #delay(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(resolve, ms);
    await this.#orClosed(promise);
    timer.cancel();
  }

  async #orClosed(awaited: Promise<unknown>): Promise<void> {
    if (this.#signal.aborted) return;
    const closed = Promise.withResolvers<void>();
    const close = (): void => closed.resolve();
    this.#signal.addEventListener('abort', close);
    await Promise.race([awaited, closed.promise]);
    this.#signal.removeEventListener('abort', close);
  }
}
