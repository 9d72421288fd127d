import {
  type ReceivedAttributes,
  type ReceivedSpan,
  type ReceivedValue,
  serviceNameOf,
  type SpanReference,
  type TraceSpan,
} from '../spans/trace-span.ts';

type Json = Readonly<Record<string, unknown>>;

/** By OTLP's number, and by the enum name's ending, which some exporters write. */
const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusCodes = ['unset', 'ok', 'error'] as const;

/**
 * The spans of an `ExportTraceServiceRequest` in OTLP's JSON encoding. Unknown members are ignored, as the encoding asks.
 * Source: OTLP specification, "JSON Protobuf Encoding".
 *
 * @throws {TypeError} naming the member that is not what it must be
 */
export function parseOtlpTraces(request: unknown): ReceivedSpan[] {
  return list(object(request, 'request')['resourceSpans'], 'resourceSpans').flatMap((resourceSpans) => {
    const resource = attributes(object(resourceSpans['resource'] ?? {}, 'resource')['attributes']);
    return list(resourceSpans['scopeSpans'], 'scopeSpans').flatMap((scopeSpans) => {
      const scope = text(object(scopeSpans['scope'] ?? {}, 'scope')['name'], 'scope.name');
      return list(scopeSpans['spans'], 'spans').map((span) => parseSpan(span, resource, scope));
    });
  });
}

function parseSpan(span: Json, resource: ReceivedAttributes, scope: string): ReceivedSpan {
  const start = nanoseconds(span['startTimeUnixNano'], 'startTimeUnixNano');
  return {
    ...reference(span),
    // Protobuf has no absent string: an exporter may write the root's parent as an empty one.
    parentSpanId: (span['parentSpanId'] ?? '') === '' ? undefined : id(span['parentSpanId'], 16, 'parentSpanId'),
    name: text(span['name'], 'name'),
    kind: oneOf(kinds, span['kind'], 'kind'),
    serviceName: serviceNameOf(resource),
    startTime: milliseconds(start),
    duration: milliseconds(nanoseconds(span['endTimeUnixNano'], 'endTimeUnixNano') - start),
    status: parseStatus(object(span['status'] ?? {}, 'status')),
    links: list(span['links'], 'links').map((link) => ({ ...reference(link), attributes: attributes(link['attributes']) })),
    attributes: attributes(span['attributes']),
    resource,
    scope,
  };
}

function parseStatus(status: Json): TraceSpan['status'] {
  const code = oneOf(statusCodes, status['code'], 'status.code');
  const message = text(status['message'], 'status.message');
  return message === '' ? { code } : { code, message };
}

function reference(from: Json): SpanReference {
  return { traceId: id(from['traceId'], 32, 'traceId'), spanId: id(from['spanId'], 16, 'spanId') };
}

function attributes(from: unknown): ReceivedAttributes {
  return Object.fromEntries(list(from, 'attributes').map(({ key, value }) => [text(key, 'key'), anyValue(object(value ?? {}, 'value'))]));
}

function anyValue(value: Json): ReceivedValue {
  if ('intValue' in value) return Number(value['intValue']);
  if ('arrayValue' in value) return list(object(value['arrayValue'], 'arrayValue')['values'], 'values').map(anyValue);
  if ('kvlistValue' in value) return attributes(object(value['kvlistValue'], 'kvlistValue')['values']);
  // One member at most is left, and what it holds is the value: a string, a boolean, a number, bytes in base64.
  return (value['stringValue'] ?? value['boolValue'] ?? value['doubleValue'] ?? value['bytesValue']) as ReceivedValue;
}

function oneOf<const T extends string>(values: readonly T[], given: unknown, member: string): T {
  const index =
    typeof given === 'string' ? values.lastIndexOf(given.slice(given.lastIndexOf('_') + 1).toLowerCase() as T) : Number(given ?? 0);
  return values[index] ?? malformed(member);
}

/** A decimal string, or the number that some exporters write. */
function nanoseconds(given: unknown, member: string): bigint {
  const value = given ?? 0;
  const isWhole = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value);
  return isWhole ? BigInt(value as string | number) : malformed(member);
}

/** Whole ones and the rest apart: the nanoseconds since 1970 are more than a double has digits for. */
function milliseconds(time: bigint): number {
  return Number(time / 1_000_000n) + Number(time % 1_000_000n) / 1e6;
}

function id(given: unknown, digits: number, member: string): string {
  const isId = typeof given === 'string' && given.length === digits && /^[0-9a-f]+$/i.test(given);
  return isId ? given.toLowerCase() : malformed(member);
}

function text(given: unknown, member: string): string {
  return typeof (given ?? '') === 'string' ? ((given ?? '') as string) : malformed(member);
}

function list(given: unknown, member: string): Json[] {
  return Array.isArray(given ?? []) ? ((given ?? []) as unknown[]).map((entry) => object(entry, member)) : malformed(member);
}

function object(given: unknown, member: string): Json {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Json) : malformed(member);
}

function malformed(member: string): never {
  throw new TypeError(`"${member}" is not what OTLP's JSON encoding has there`);
}
