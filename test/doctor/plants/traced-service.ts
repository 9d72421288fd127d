import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type Sampler } from '@opentelemetry/sdk-trace';

/** A service with OpenTelemetry’s SDK, whose spans are sent when it is told so. */
export class TracedService {
  readonly name: string;
  readonly tracerProvider: TracerProvider;
  readonly #spans = new InMemorySpanExporter();

  constructor(name: string, options: { readonly sampler?: Sampler; readonly spanLimits?: { readonly linkCountLimit: number } } = {}) {
    this.name = name;
    const resource = resourceFromAttributes({ 'service.name': name });
    this.tracerProvider = new TracerProvider({
      resource,
      spanProcessors: [new SimpleSpanProcessor({ exporter: this.#spans })],
      ...options,
    });
    // Once for all services of a process: a second one is not taken.
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  /** Runs in an own span, as an application makes one. */
  async inSpan<T>(name: string, kind: number, run: () => Promise<T>): Promise<T> {
    const span = this.tracerProvider.getTracer('application').startSpan(name, { kind });
    try {
      return await context.with(trace.setSpan(context.active(), span), run);
    } finally {
      span.end();
    }
  }

  /** By OTLP. @param url of what receives it */
  async export(url: string): Promise<void> {
    const body = JsonTraceSerializer.serializeRequest(this.#spans.getFinishedSpans());
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: body as never });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
  }
}
