import { context, propagation, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { kafkaPropagation, type Format } from '@tracelink/propagation';
import { keptRuns as agents } from '../agents/fixture.ts';
import { byContrib, byPropagator, byTracelink, type Send } from './plants/live.ts';
import { healthyEvents } from './plants/events.ts';
import { hopOf } from './plants/recorded.ts';
import { healthyWays, sentBy } from './plants/sent.ts';
import type { RawRecord } from '../recorded/write-records.ts';

const both = 'OTEL_PROPAGATORS=tracecontext,baggage,b3';

/** Each format, and pairs that travel together. */
const ours: readonly (readonly Format[])[] = [
  ['w3c'],
  ['b3'],
  ['b3multi'],
  ['jaeger'],
  ['datadog'],
  ['instana'],
  ['sentry'],
  ['b3', 'w3c'],
  ['w3c', 'cloudevents'],
  ['w3c', 'sw8'],
  ['w3c', 'datadog'],
];

/** Hops whose records are as they should be. */
const hops: readonly Parameters<typeof hopOf>[] = [
  ['kotel', 'w3c'],
  ['kotel', 'b3', both],
  ['kotel', 'both', both],
  ['otelsarama', 'w3c'],
  ['otelsarama', 'both', both],
  ['spring-boot-template', 'w3c'],
  ['spring-boot-send-to', 'w3c'],
  ['spring-boot-send-to', 'both'],
  ['quarkus-payload', 'w3c'],
  ['faststream-publish', 'w3c'],
];

/** Agents that are alone in their process, and those of which one writes. */
function ofAgents(): Map<string, readonly RawRecord[]> {
  const found = new Map<string, readonly RawRecord[]>();
  for (const { agent, versions, runs } of agents.read().values())
    for (const { setting, mode, records } of runs) {
      const isTraced = records.sent.some(([name]) => /^(?:traceparent|b3|x_instana_t|sentry-trace)$/i.test(name));
      if (!isTraced || mode === 'beside') continue;
      const name = `${agent} ${Object.values(versions).join(', ')}, ${setting}, ${mode}`;
      found.set(name, [{ headers: records.sent }, { headers: records.subscribed }]);
    }
  return found;
}

/** What tracelink writes by a global propagator alone whose format it does not know itself. At once: others send meanwhile. */
function byXray(): RawRecord {
  propagation.setGlobalPropagator(new AWSXRayPropagator());
  try {
    const span = new TracerProvider().getTracer('sender').startSpan('send');
    const headers = kafkaPropagation().injection(trace.setSpan(context.active(), span), 'orders').into({});
    return { headers: Object.entries(headers).map(([name, value]) => [name, String(value)]) };
  } finally {
    propagation.disable();
  }
}

/** Senders in which nothing is wrong, by what they are. */
export const healthySenders: ReadonlyMap<string, Send> = new Map<string, Send>([
  ...ours.map((inject): [string, Send] => [`tracelink: ${inject.join(', ')}`, byTracelink({ inject: [...inject] })]),
  ['@opentelemetry/instrumentation-kafkajs 0.33.0', byContrib({ tenant: 'acme' })],
  // The second one takes the first one’s patch away: it is no second span.
  ['@opentelemetry/instrumentation-kafkajs 0.33.0, registered twice', byContrib({ tenant: 'acme' }, 2)],
  ...healthyEvents,
  [
    '@opentelemetry/core 3.1.0, W3C',
    byPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] })),
  ],
  ['@opentelemetry/propagator-b3 3.1.0, single', byPropagator(new B3Propagator())],
  ['@opentelemetry/propagator-b3 3.1.0, multi', byPropagator(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }))],
  ['@opentelemetry/propagator-jaeger 2.12.0', byPropagator(new JaegerPropagator())],
]);

/** Recorded records in which nothing is wrong, by what wrote them. */
export const healthyRecords: ReadonlyMap<string, readonly RawRecord[]> = new Map([
  ...hops.map((which): [string, readonly RawRecord[]] => {
    const { by, records } = hopOf(...which);
    return [`${by}, ${which.slice(1).join(', ')}`, records];
  }),
  ...ofAgents(),
  ['tracelink, with @opentelemetry/propagator-aws-xray 3.0.0 alone', [byXray()]],
  ...healthyWays.map((which): [string, readonly RawRecord[]] => {
    const { by, records } = sentBy(...which);
    return [by, records];
  }),
]);
