import { context as contextApi, type Context } from '@opentelemetry/api';
import { processWide } from '@tracelink/context/internal';
import { channels } from '../channels/channels.ts';
import { PublishedOperation } from '../channels/publish.ts';
import type { StreamAdapter } from '../client/port/consumer-adapter.ts';
import { guard } from '../core/guard.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { ConsumerTracing } from './consumer-telemetry.ts';
import { endProcessing, openProcessing, recordUntraced } from './process-message.ts';
import { processStreamed, receiveStreamed } from './each-message.ts';

/** The streams that wrapped consumers made: of all copies of this package. */
const tracings = processWide('@tracelink/kafka.streams.1', () => new WeakMap<object, ConsumerTracing>());

/**
 * The stream of a wrapped consumer, with a loop of ours over it. It is the client's own object, as what is piped must be a stream, and no
 * one else has it yet.
 */
export function tracedStream<S extends object>(tracing: ConsumerTracing, adapter: StreamAdapter, stream: S): S {
  tracings.set(stream, tracing);
  const value = () => new TracedLoop(tracing, adapter, stream);
  return Object.defineProperty(stream, Symbol.asyncIterator, { configurable: true, writable: true, value });
}

/** The stream's messages, one after the other, each in its span; see `forEachMessage`. */
export async function forEachStreamed(
  adapter: StreamAdapter,
  stream: object,
  handle: (message: object) => unknown,
  options: ConsumerOptions,
): Promise<void> {
  const tracing = tracings.get(stream) ?? new ConsumerTracing({}, options);
  const messages = { [Symbol.asyncIterator]: () => adapter.iterate(stream) };
  for await (const message of messages) await processStreamed(tracing, adapter.record(message), () => handle(message));
}

/** What runs between two messages of a loop. */
type EndTurn = () => void;

interface Attached {
  dispose?(): void;
}

/**
 * `for await` over a stream: the loop's body runs in the span of its message, from the moment that the loop gets it until the loop asks for
 * the next one. The body's context is entered before the message is known, as only what asks for a message runs in the loop's own async context:
 * {@link TurnContext} becomes the message's when it comes.
 *
 * A body that throws leaves the loop as `break` does, so its span has no error.
 */
class TracedLoop implements AsyncIterableIterator<object> {
  readonly #tracing: ConsumerTracing;
  readonly #adapter: StreamAdapter;
  readonly #messages: AsyncIterator<object>;
  #endTurn: EndTurn | undefined;
  #attached: Attached | undefined;
  #isReturned = false;

  constructor(tracing: ConsumerTracing, adapter: StreamAdapter, stream: object) {
    this.#tracing = tracing;
    this.#adapter = adapter;
    this.#messages = adapter.iterate(stream);
  }

  async #begin(turn: TurnContext, result: IteratorResult<object>): Promise<IteratorResult<object>> {
    // Of a next() that was asked for beside this one, or before return(): no one else ends it.
    this.#endOpenTurn();
    if (result.done !== true) this.#endTurn = guard('starting a process span', () => this.#open(turn, result.value), this.#tracing);
    if (this.#isReturned) this.#endOpenTurn();
    return result;
  }

  // Not async: the context must be entered before it returns.
  next(): Promise<IteratorResult<object>> {
    this.#end();
    const turn = new TurnContext(contextApi.active());
    if (this.#tracing.isTraced) this.#attached = guard('entering a context', () => contextApi.attach?.(turn), this.#tracing);
    return this.#messages.next().then(
      (result) => this.#begin(turn, result),
      (error: unknown) => {
        this.#endOpenTurn();
        throw error;
      },
    );
  }

  return(value?: unknown): Promise<IteratorResult<object>> {
    this.#isReturned = true;
    this.#end();
    return this.#messages.return?.(value) ?? Promise.resolve({ done: true, value });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #open(turn: TurnContext, message: object): EndTurn {
    const tracing = this.#tracing;
    const record = this.#adapter.record(message);
    const received = receiveStreamed(tracing, record);
    const processing = received && openProcessing(tracing, received, undefined);
    const context = processing?.context ?? contextApi.active();
    const operation = PublishedOperation.of(channels.process, () => tracing.processMessage(record, [record.message]));
    // The body is no function of ours: stores that a subscriber has bound do not reach it.
    contextApi.with(context, () => operation?.run(() => {}));
    const ended = (): void => operation?.ended({ failed: false, value: undefined });
    const startedAt = performance.now();
    if (processing === undefined) {
      return () => {
        recordUntraced(tracing, record.topic, startedAt, undefined);
        ended();
      };
    }
    turn.become(context);
    return () => {
      endProcessing(tracing, processing, startedAt, undefined);
      ended();
    };
  }

  #endOpenTurn(): void {
    const endTurn = this.#endTurn;
    this.#endTurn = undefined;
    endTurn?.();
  }

  #end(): void {
    this.#endOpenTurn();
    const attached = this.#attached;
    this.#attached = undefined;
    guard('leaving a context', () => attached?.dispose?.(), this.#tracing);
  }
}

/** The context of one turn of a loop: its surroundings until its message is there, then the message's, for good. */
class TurnContext implements Context {
  #context: Context;

  constructor(surroundings: Context) {
    this.#context = surroundings;
  }

  become(context: Context): void {
    this.#context = context;
  }

  getValue(key: symbol): unknown {
    return this.#context.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#context.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#context.deleteValue(key);
  }
}
