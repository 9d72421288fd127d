import { headerField } from '../headers/header-field.ts';
import type { HeaderFormat } from './header-format.ts';
import { formatTraceState } from './trace-state.ts';
import { extractTraceparent, formatTraceparent, traceparentRule } from './w3c.ts';

// Attributes of the event, which the application sends: never overwritten, never removed.
const traceparent = headerField('ce_traceparent', { ...traceparentRule, isKept: true });
const tracestate = headerField('ce_tracestate', { limit: 8192, text: 'ascii', isKept: true });

/**
 * CloudEvents' Distributed Tracing extension: the context in which an event began, kept through all hops. It "does not
 * replace" the protocol's own headers, so it is neither a hop's creation context nor in conflict with one of its trace.
 */
export const cloudevents: HeaderFormat = {
  carries: 'origin',
  fields: [traceparent, tracestate],
  // OpenTelemetry has no propagator for it.
  propagatorFields: [],
  extract: (headers) => extractTraceparent(headers, traceparent, tracestate),
  inject(entries, origin) {
    entries.push(['ce_traceparent', formatTraceparent(origin)]);
    const state = origin.traceState === undefined ? '' : formatTraceState(origin.traceState);
    if (state !== '') entries.push(['ce_tracestate', state]);
  },
};
