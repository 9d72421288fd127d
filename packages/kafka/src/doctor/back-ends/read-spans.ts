import type { BackEndSpan } from '../rules/traced-record.ts';

type Attributes = Readonly<Record<string, unknown>>;

/**
 * The spans in an answer of `@tracelink/studio`: those of the trace, and of those that it is linked with.
 *
 * @throws {TypeError} the answer is of another form
 */
export function studioSpans(answer: unknown): BackEndSpan[] {
  const { related, ...own } = answer as { related: readonly StudioTrace[] } & StudioTrace;
  return [own, ...related].flatMap(({ spans }) =>
    spans.map(({ traceId, spanId, parentSpanId, kind, service, scope, attributes, links }) => ({
      traceId,
      spanId,
      parentSpanId,
      kind,
      service,
      scope: scope.name,
      ...ofAttributes(attributes),
      links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
      droppedLinks: droppedIn(attributes),
    })),
  );
}

interface StudioTrace {
  readonly spans: readonly (Pick<BackEndSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'kind' | 'service' | 'links'> & {
    readonly scope: { readonly name: string };
    readonly attributes: Attributes;
  })[];
}

/**
 * The spans in an answer of Jaeger’s query API v3, which is OTLP in JSON.
 *
 * @throws {TypeError} the answer is of another form
 */
export function jaegerSpans(answer: unknown): BackEndSpan[] {
  return ofResources((answer as { result: { resourceSpans: readonly OtlpResource[] } }).result.resourceSpans);
}

/**
 * The spans in an answer of Tempo’s HTTP API, which is OTLP in the JSON of Protobuf: lists that are empty are left out, ids are in Base64,
 * kinds are names.
 *
 * @throws {TypeError} the answer is of another form
 */
export function tempoSpans(answer: unknown): BackEndSpan[] {
  const { trace, batches } = answer as { trace: { resourceSpans?: readonly OtlpResource[] }; batches?: readonly OtlpResource[] };
  // Before API v2 there was no wrapper.
  return ofResources(batches ?? trace.resourceSpans ?? []);
}

function ofResources(resources: readonly OtlpResource[]): BackEndSpan[] {
  return resources.flatMap(({ resource, scopeSpans = [] }) => {
    const service = textOf(plain(resource?.attributes), 'service.name') ?? '';
    return scopeSpans.flatMap(({ scope, spans = [] }) => spans.map((span) => ofOtlp(span, service, scope?.name ?? '')));
  });
}

interface OtlpAttribute {
  readonly key: string;
  /** One member, named by its type; whole numbers are decimals. */
  readonly value?: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** By its number, or by its name as `SPAN_KIND_CONSUMER`. */
  readonly kind?: number | string;
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: BackEndSpan['links'];
  readonly droppedLinksCount?: number;
}

interface OtlpResource {
  readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
  readonly scopeSpans?: readonly { readonly scope?: { readonly name?: string }; readonly spans?: readonly OtlpSpan[] }[];
}

/** By the numbers of OTLP; 0 is not specified. */
const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

function ofOtlp(span: OtlpSpan, service: string, scope: string): BackEndSpan {
  const { traceId, spanId, parentSpanId = '', kind = 0, links = [], droppedLinksCount = 0 } = span;
  const attributes = plain(span.attributes);
  return {
    traceId: idOf(traceId),
    spanId: idOf(spanId),
    parentSpanId: parentSpanId === '' ? undefined : idOf(parentSpanId),
    kind: (typeof kind === 'number' ? kinds[kind] : kinds.find((each) => kind === `SPAN_KIND_${each.toUpperCase()}`)) ?? 'internal',
    service,
    scope,
    ...ofAttributes(attributes),
    links: links.map((link) => ({ traceId: idOf(link.traceId), spanId: idOf(link.spanId) })),
    droppedLinks: droppedLinksCount + droppedIn(attributes),
  };
}

/** OTLP’s JSON has ids in hexadecimal digits, Protobuf’s has bytes in Base64. */
function idOf(id: string): string {
  return /^(?:[\da-f]{16}){1,2}$/.test(id) ? id : Buffer.from(id, 'base64').toString('hex');
}

function plain(attributes: readonly OtlpAttribute[] = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));
}

function ofAttributes(attributes: Attributes): Pick<BackEndSpan, 'destination' | 'operation' | 'batchSize'> {
  const count = Number(attributes['messaging.batch.message_count'] ?? Number.NaN);
  return {
    destination: textOf(attributes, 'messaging.destination.name'),
    operation: textOf(attributes, 'messaging.operation.type'),
    batchSize: Number.isSafeInteger(count) ? count : undefined,
  };
}

function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
}

function droppedIn(attributes: Attributes): number {
  return Number(attributes['tracelink.links.dropped'] ?? 0);
}
