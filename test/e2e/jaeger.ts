import { setTimeout as pause } from 'node:timers/promises';

interface JaegerTag {
  readonly key: string;
  readonly value: unknown;
}

interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

interface JaegerTrace {
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly references?: readonly JaegerReference[];
    readonly tags: readonly JaegerTag[];
    readonly processID: string;
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** A span as Jaeger's query API gives it, in the terms of OpenTelemetry. */
export interface JaegerSpan {
  readonly service: string;
  readonly name: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  /** Ids of the linked spans. */
  readonly links: readonly string[];
  readonly tags: Readonly<Record<string, unknown>>;
}

/** One trace of Jaeger's query API; empty when Jaeger does not know it yet. */
export async function traceOf(jaegerUrl: string, traceId: string): Promise<readonly JaegerSpan[]> {
  return (await query(`${jaegerUrl}/api/traces/${traceId}`)).flatMap((trace) => spansOf(trace, traceId));
}

/** The latest traces in which a service has a span of that name. */
export async function tracesWith(jaegerUrl: string, service: string, name: string): Promise<readonly JaegerSpan[]> {
  const traces = await query(
    `${jaegerUrl}/api/traces?${new URLSearchParams({ service, operation: name, lookback: '1h', limit: '100' }).toString()}`,
  );
  return traces.flatMap((trace) => spansOf(trace, (trace as JaegerTrace & { readonly traceID: string }).traceID));
}

/** Jaeger tells nobody when a span arrives: asks until `satisfied` holds or `timeout` ms are over, and gives the last answer. */
export async function askUntil<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean, timeout = 60_000): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer) || performance.now() > end) return answer;
    await pause(250);
  }
}

async function query(url: string): Promise<readonly JaegerTrace[]> {
  const response = await fetch(url);
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`Jaeger answered ${response.status} to ${url}`);
  const { data } = (await response.json()) as { readonly data: readonly JaegerTrace[] | null };
  return data ?? [];
}

function spansOf({ spans, processes }: JaegerTrace, traceId: string): readonly JaegerSpan[] {
  return spans.map(({ spanID, operationName, references = [], tags, processID }) => {
    // This API holds one reference for each target: a parent that is linked too shows as FOLLOWS_FROM. A span that belongs to
    // a trace without CHILD_OF got into it by the first reference to that trace.
    const inTrace = references.filter((reference) => reference.traceID === traceId);
    const parent = inTrace.find(({ refType }) => refType === 'CHILD_OF') ?? inTrace[0];
    return {
      service: processes[processID]?.serviceName ?? '?',
      name: operationName,
      spanId: spanID,
      traceId,
      parentSpanId: parent?.spanID,
      links: references.filter(({ refType }) => refType === 'FOLLOWS_FROM').map((reference) => reference.spanID),
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  });
}
