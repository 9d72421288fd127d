import type { Origin, Span, SpanGroup } from '../telemetry/span.ts';
import { id, list, members, microseconds, oneOf, Rejections, text, type Members } from './members.ts';
import { parseAttributes } from './parse-attributes.ts';

export const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const statuses = ['unset', 'ok', 'error'] as const;

/**
 * The spans of an `ExportTraceServiceRequest`. Members that are not known are ignored. A span that is malformed in itself is left
 * out and counted; the others are taken.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
export function parseSpans(request: unknown): { groups: SpanGroup[]; rejections: Rejections } {
  const groups: SpanGroup[] = [];
  const rejections = new Rejections();
  for (const resourceSpans of list(members(request, 'request')['resourceSpans'], 'resourceSpans')) {
    const { resource, scopeSpans } = members(resourceSpans, 'resourceSpans');
    const attributes = parseAttributes(members(resource, 'resource')['attributes']);
    for (const ofScope of list(scopeSpans, 'scopeSpans')) {
      const { scope, spans } = members(ofScope, 'scopeSpans');
      const taken = list(spans, 'spans').flatMap((span) => rejections.unlessMalformed(() => parseSpan(members(span, 'spans'))));
      if (taken.length > 0) groups.push({ origin: originOf(attributes, parseScope(members(scope, 'scope'))), spans: taken });
    }
  }
  return { groups, rejections };
}

/** Where the spans of a scope come from. */
export function originOf(resource: Origin['resource'], scope: Origin['scope']): Origin {
  const service = resource['service.name'];
  // The name that the semantic conventions give to a service without one.
  return { service: typeof service === 'string' && service !== '' ? service : 'unknown_service', resource, scope };
}

function parseScope(scope: Members): Origin['scope'] {
  const version = text(scope['version'], 'version');
  return { name: text(scope['name'], 'name'), ...(version === '' ? {} : { version }) };
}

function parseSpan(span: Members): Span {
  const startUs = microseconds(span['startTimeUnixNano'], 'startTimeUnixNano');
  const status = members(span['status'], 'status');
  const statusMessage = text(status['message'], 'message');
  return {
    ...parseReference(span),
    // An exporter may write the root's parent as an empty string, or as zeros.
    ...(isNoId(span['parentSpanId']) ? {} : { parentSpanId: id(span['parentSpanId'], 16, 'parentSpanId') }),
    name: text(span['name'], 'name'),
    kind: oneOf(kinds, span['kind'], 'kind'),
    startUs,
    // A span without an end, or that a clock set back has ended before its start, took no time that one could tell.
    durationUs: Math.max(0, microseconds(span['endTimeUnixNano'], 'endTimeUnixNano') - startUs),
    status: oneOf(statuses, status['code'], 'code'),
    ...(statusMessage === '' ? {} : { statusMessage }),
    attributes: parseAttributes(span['attributes']),
    events: list(span['events'], 'events').map((given) => {
      const event = members(given, 'events');
      return {
        name: text(event['name'], 'name'),
        timeUs: microseconds(event['timeUnixNano'], 'timeUnixNano'),
        attributes: parseAttributes(event['attributes']),
      };
    }),
    links: list(span['links'], 'links')
      .map((given) => members(given, 'links'))
      // An SDK may record a link to an invalid context, for its attributes: it leads nowhere.
      .filter(({ traceId, spanId }) => !isNoId(traceId) && !isNoId(spanId))
      .map((link) => ({ ...parseReference(link), attributes: parseAttributes(link['attributes']) })),
  };
}

/** Zeros may be in base64 too, of eight bytes or sixteen. */
function isNoId(given: unknown): boolean {
  return given === undefined || given === null || (typeof given === 'string' && /^(?:0*|A{11}=?|A{22}(?:==)?)$/.test(given));
}

function parseReference(given: Members): { traceId: string; spanId: string } {
  return { traceId: id(given['traceId'], 32, 'traceId'), spanId: id(given['spanId'], 16, 'spanId') };
}
