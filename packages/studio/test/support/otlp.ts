/** The members of OTLP's JSON encoding that the tests fill. */
export interface OtlpTraces {
  readonly resourceSpans: readonly object[];
}

export interface OtlpLogs {
  readonly resourceLogs: readonly object[];
}

/** A span as a test tells it. Times are milliseconds since the start of the flow. */
export interface ToldSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly service: string;
  readonly name: string;
  readonly kind?: keyof typeof kinds;
  readonly at: number;
  readonly for: number;
  readonly error?: string;
  readonly attributes?: Readonly<Record<string, Told>>;
  readonly links?: readonly ToldLink[];
  readonly events?: readonly { readonly name: string; readonly at: number; readonly attributes?: Readonly<Record<string, Told>> }[];
}

export interface ToldLink {
  readonly trace: string;
  readonly id: string;
  readonly attributes?: Readonly<Record<string, Told>>;
}

type Told = string | number | boolean | readonly string[];

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
/** When every flow begins: Unix milliseconds. */
const flowStart: number = Date.UTC(2026, 10, 24, 12, 0, 0);

/** @returns 32 hexadecimal digits that are the same for the same name */
export function traceId(name: string): string {
  return hex(name).padEnd(32, 'a').slice(0, 32);
}

/** @returns 16 hexadecimal digits that are the same for the same name */
export function spanId(name: string): string {
  return hex(name).padEnd(16, 'b').slice(0, 16);
}

function hex(name: string): string {
  return Buffer.from(name).toString('hex');
}

/** An export request that holds the spans, one resource for each service. */
export function tracesOf(spans: Iterable<ToldSpan>): OtlpTraces {
  return {
    resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(([service, told]) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'browser-test', version: '1.0.0' }, spans: told.map(spanOf) }],
    })),
  };
}

/** An export request that holds one log line of a span. */
export function logOf(span: ToldLink, service: string, at: number, severityText: string, body: string): OtlpLogs {
  const logRecords = [
    { timeUnixNano: nanoseconds(at), severityText, body: { stringValue: body }, traceId: traceId(span.trace), spanId: spanId(span.id) },
  ];
  return { resourceLogs: [{ resource: { attributes: attributesOf({ 'service.name': service }) }, scopeLogs: [{ logRecords }] }] };
}

function spanOf(told: ToldSpan): object {
  return {
    traceId: traceId(told.trace),
    spanId: spanId(told.id),
    ...(told.parent === undefined ? {} : { parentSpanId: spanId(told.parent) }),
    name: told.name,
    kind: kinds[told.kind ?? 'internal'],
    startTimeUnixNano: nanoseconds(told.at),
    endTimeUnixNano: nanoseconds(told.at + told.for),
    status: told.error === undefined ? {} : { code: 2, message: told.error },
    attributes: attributesOf(told.attributes),
    links: (told.links ?? []).map(({ trace, id, attributes }) => ({
      traceId: traceId(trace),
      spanId: spanId(id),
      attributes: attributesOf(attributes),
    })),
    events: (told.events ?? []).map(({ name, at, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(at),
      attributes: attributesOf(attributes),
    })),
  };
}

function nanoseconds(at: number): string {
  return String(BigInt(Math.round((flowStart + at) * 1_000)) * 1_000n);
}

function attributesOf(told: Readonly<Record<string, Told>> = {}): object[] {
  return Object.entries(told).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: Told): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((entry) => ({ stringValue: entry })) } };
}
