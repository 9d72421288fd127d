import { id, list, MalformedError, members, Rejections, text, type Members } from '../otlp/members.ts';
import { kinds, originOf } from '../otlp/parse-spans.ts';
import type { Attributes, Json, Span, SpanGroup } from '../telemetry/span.ts';

/** Tags that Jaeger makes of what OTLP has members for. Source: opentelemetry-collector-contrib, `pkg/translator/jaeger`. */
const translated: ReadonlySet<string> = new Set([
  'span.kind',
  'error',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
]);

/**
 * The spans of what Jaeger's page saves and its API answers. Of links it has no attributes, and of lists their text only.
 *
 * @throws {MalformedError} where it is no such answer
 */
export function parseJaegerTraces(answer: unknown): { groups: SpanGroup[]; rejections: Rejections } {
  const rejections = new Rejections();
  const groups = list(members(answer, 'answer')['data'], 'data').flatMap((given) => {
    const trace = members(given, 'data');
    const processes = members(trace['processes'], 'processes');
    return list(trace['spans'], 'spans').flatMap((one) => rejections.unlessMalformed(() => groupOf(members(one, 'spans'), processes)));
  });
  return { groups, rejections };
}

/** A span by itself: the store keeps equal origins once. */
function groupOf(span: Members, processes: Members): SpanGroup {
  const process = members(span['process'] ?? processes[text(span['processID'], 'processID')], 'processes');
  const tags = attributesOf(span['tags'], 'tags');
  const version = text(tags['otel.scope.version'], 'otel.scope.version');
  const scope = { name: text(tags['otel.scope.name'], 'otel.scope.name'), ...(version === '' ? {} : { version }) };
  const resource = { 'service.name': text(process['serviceName'], 'serviceName'), ...attributesOf(process['tags'], 'tags') };
  return { origin: originOf(resource, scope), spans: [spanOf(span, tags)] };
}

function spanOf(span: Members, tags: Attributes): Span {
  const own = referenceOf(span);
  const references = list(span['references'], 'references').map((given) => {
    const reference = members(given, 'references');
    return { ...referenceOf(reference), type: text(reference['refType'], 'refType') };
  });
  const ofTrace = references.filter(({ traceId }) => traceId === own.traceId);
  const child = ofTrace.find(({ type }) => type === 'CHILD_OF');
  // A link to the parent itself is all that Jaeger keeps of the two; its page draws the span below what it follows.
  const parent = child ?? ofTrace[0];
  const kind = kinds.findLast((name) => name === tags['span.kind']) ?? 'internal';
  const description = tags['otel.status_description'];
  const isError = tags['otel.status_code'] === 'ERROR' || tags['error'] === true;
  return {
    ...own,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    name: text(span['operationName'], 'operationName'),
    kind,
    startUs: whole(span['startTime'], 'startTime'),
    durationUs: whole(span['duration'], 'duration'),
    status: isError ? 'error' : tags['otel.status_code'] === 'OK' ? 'ok' : 'unset',
    ...(typeof description === 'string' ? { statusMessage: description } : {}),
    attributes: Object.fromEntries(Object.entries(tags).filter(([name]) => !translated.has(name))),
    events: list(span['logs'], 'logs').map((given) => {
      const log = members(given, 'logs');
      const { event, ...attributes } = attributesOf(log['fields'], 'fields');
      return { name: typeof event === 'string' ? event : '', timeUs: whole(log['timestamp'], 'timestamp'), attributes };
    }),
    links: references.filter((one) => one !== child).map(({ traceId, spanId }) => ({ traceId, spanId, attributes: {} })),
  };
}

/** Older clients of Jaeger have trace ids of half the length. */
function referenceOf(given: Members): { traceId: string; spanId: string } {
  return {
    traceId: id(text(given['traceID'], 'traceID').padStart(32, '0'), 32, 'traceID'),
    spanId: id(text(given['spanID'], 'spanID').padStart(16, '0'), 16, 'spanID'),
  };
}

function attributesOf(given: unknown, member: string): Attributes {
  return Object.fromEntries(
    list(given, member).map((entry): [string, Json] => {
      const { key, value } = members(entry, member);
      return [text(key, 'key'), ['string', 'number', 'boolean'].includes(typeof value) ? (value as Json) : null];
    }),
  );
}

/** Microseconds. */
function whole(given: unknown, member: string): number {
  if (typeof given !== 'number' || !(given >= 0 && given <= Number.MAX_SAFE_INTEGER)) throw MalformedError.at(member);
  return Math.floor(given);
}
