import type { StreamAdapter } from '../client/port/consumer-adapter.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { ConsumerTracing } from './consumer-telemetry.ts';
import { processStreamed } from './process-streamed.ts';
import { TracedLoop } from './traced-loop.ts';

/** The streams that wrapped consumers made. */
const tracings = new WeakMap<object, ConsumerTracing>();

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
