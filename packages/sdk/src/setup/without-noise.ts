import type { IncomingMessage } from 'node:http';
import { type Context, type Tracer, INVALID_SPAN_CONTEXT, context, isSpanContextValid, trace } from '@opentelemetry/api';
import { getNumberFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

const prometheusPort = 9464;

/** Whether a request is a scrape of the exporter that OTEL_METRICS_EXPORTER starts: a trace of each, for ever, tells nothing. */
export function isScrape({ socket }: IncomingMessage): boolean {
  if (getStringListFromEnv('OTEL_METRICS_EXPORTER')?.includes('prometheus') !== true) return false;
  return socket.localPort === (getNumberFromEnv('OTEL_EXPORTER_PROMETHEUS_PORT') ?? prometheusPort);
}

const connects = 'pg-pool.connect';

/**
 * pg's instrumentation without traces of nothing but a pool's connect: a pool that connects at the start or in the background makes one for
 * each client. The connect of a request stays in its trace, and so do queries without a parent.
 */
export class PgInstrumentationWithoutLoneConnects extends PgInstrumentation {
  #made: { readonly of: Tracer; readonly quiet: Tracer } | undefined;

  protected override get tracer(): Tracer {
    const of = super.tracer;
    if (this.#made?.of !== of) this.#made = { of, quiet: withoutLoneConnects(of) };
    return this.#made.quiet;
  }
}

function withoutLoneConnects(tracer: Tracer): Tracer {
  return {
    startSpan: (name, options, parent = context.active()) =>
      isLoneConnect(name, parent) ? trace.wrapSpanContext(INVALID_SPAN_CONTEXT) : tracer.startSpan(name, options, parent),
    startActiveSpan: tracer.startActiveSpan.bind(tracer) as Tracer['startActiveSpan'],
  };
}

/** Of the two spans of a pool's connect the inner one finds that the outer one was not made. */
function isLoneConnect(name: string, parent: Context): boolean {
  const span = trace.getSpanContext(parent);
  if (name === connects) return span === undefined || !isSpanContextValid(span);
  return name === 'pg.connect' && span !== undefined && !isSpanContextValid(span);
}
