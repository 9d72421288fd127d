import { trace, type Link, type SpanContext } from '@opentelemetry/api';
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Format, ReceivedSpan } from '../fixture.ts';
import type { SpanIds } from '../../recorded/fixture-folder.ts';

/** How each format is written; both are read in every case, as after the first steps of a migration. */
const inject = { b3: ['b3'], w3c: ['w3c'], both: ['b3', 'w3c'] } as const;
const extract = ['w3c', 'b3'] as const;

/** Every format. */
export const formats: readonly Format[] = ['b3', 'w3c', 'both'];

/** A record that came out of the framework, and the span that handled it. */
export interface Arrival {
  readonly format: Format;
  /** 1, or 2 for the record that was sent on and came again. */
  readonly round: number;
  readonly span: ReceivedSpan;
}

/** A service on tracelink before and behind the framework: sends a record of each format, and sends each on once when it comes out. */
export class OurService implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  readonly #kafka: Kafka;
  readonly #closing = new AsyncDisposableStack();
  #onArrival: () => void = () => {};
  #onCrash: (error: Error) => void = () => {};

  constructor(brokers: string[]) {
    this.#kafka = new Kafka({ clientId: 'ours', brokers, logLevel: logLevel.ERROR });
  }

  /** Sends to `into`, and reads what comes out of the framework into `out`. */
  async start(into: string, out: string): Promise<void> {
    const tracerProvider = new TracerProvider();
    const client = this.#kafka.producer();
    await client.connect();
    this.#closing.defer(() => client.disconnect());
    const producers = new Map<Format, Producer>(
      formats.map((format) => [
        format,
        wrapProducer(client, { tracerProvider, propagation: kafkaPropagation({ inject: inject[format], extract }) }),
      ]),
    );
    const consumer = this.#kafka.consumer({ groupId: `ours-${out}` });
    await consumer.connect();
    this.#closing.defer(() => consumer.disconnect());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#onCrash(payload.error));
    await consumer.subscribe({ topic: out, fromBeginning: true });
    await wrapConsumer(consumer, { tracerProvider, propagation: kafkaPropagation({ inject: ['w3c'], extract }) }).run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        const [format, number] = String(value).split('-') as [Format, string];
        const round = Number(number);
        if (this.arrivals.some((arrival) => arrival.format === format && arrival.round === round)) return;
        const span = trace.getActiveSpan() as unknown as ReadableSpan;
        this.arrivals.push({ format, round, span: receivedSpan(span) });
        // With its headers, as forwarders do.
        if (round === 1) await producers.get(format)?.send({ topic: into, messages: [{ key, value: `${format}-2`, headers }] });
        this.#onArrival();
      },
    });
    for (const [format, producer] of producers)
      await producer.send({ topic: into, messages: [{ key: 'order-1', value: `${format}-1`, headers: { tenant: 'acme' } }] });
  }

  /** Resolves when every record has come twice, or with what there is when none came for `patienceMs`. */
  async whenSettled(firstMs: number, patienceMs: number): Promise<readonly Arrival[]> {
    while (this.arrivals.length < formats.length * 2) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), this.arrivals.length === 0 ? firstMs : patienceMs);
      this.#onArrival = () => resolve(true);
      this.#onCrash = reject;
      const came = await promise;
      clearTimeout(timer);
      if (!came) break;
    }
    return this.arrivals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing.disposeAsync();
  }
}

/** What a span of the SDK hangs on. */
function receivedSpan(span: Pick<ReadableSpan, 'spanContext' | 'parentSpanContext' | 'links' | 'events'>): ReceivedSpan {
  return {
    traceId: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context }: Link) => ids(context)),
    broken: span.events.some(({ name }) => name === 'tracelink.trace.broken'),
  };
}

function ids({ traceId, spanId }: SpanContext): SpanIds {
  return { traceId, spanId };
}
