import type { ReceivedSpan } from '@tracelink/testing';

/** One thing that has to be true of an order's trace. */
export interface TraceEdge {
  readonly name: string;
  readonly holds: boolean;
}

/** What is expected of an order's trace. */
export interface ExpectedTrace {
  /** The trace id that the HTTP answer gave. */
  readonly traceId: string;
  /** How often fulfilment fails before it succeeds. */
  readonly failures: number;
}

/** Checks each edge of an order's trace, from the request to the last consumer. Spans are looked for in that one trace only. */
export function traceEdges(all: readonly ReceivedSpan[], { traceId, failures }: ExpectedTrace): readonly TraceEdge[] {
  const spans = all.filter((span) => span.traceId === traceId);
  const find = (service: string, name: string, kind: ReceivedSpan['kind']): ReceivedSpan[] =>
    spans.filter((span) => span.serviceName === service && span.name === name && span.kind === kind);

  const request = spans.find((span) => span.serviceName === 'orders' && span.kind === 'server');
  const [placed] = find('orders', 'create orders.placed', 'producer');
  // By the relay of the outbox: what carries the message, not what caused it.
  const [relayed] = find('orders', 'send orders.placed', 'client');
  const [note] = find('orders', 'audit note', 'internal');
  const attempts = find('fulfilment', 'process orders.placed', 'consumer');
  const failed = attempts.filter(({ status }) => status.code === 'error');
  const processed = attempts.find(({ status }) => status.code === 'unset');
  const [shipped] = find('fulfilment', 'send shipments.created', 'producer');
  const [marked] = find('orders', 'process shipments.created', 'consumer');
  const batch = all.find((span) => span.traceId !== traceId && span.name === 'process shipments.created' && linksTo(span, shipped));

  return [
    { name: 'the HTTP request is in the trace that its answer names', holds: request !== undefined },
    { name: 'HTTP request → INSERT', holds: spans.some((span) => runs(span, 'INSERT INTO orders') && isBelow(span, request, spans)) },
    { name: 'HTTP request → create orders.placed', holds: isChild(placed, request) },
    { name: 'create orders.placed → send orders.placed', holds: isChild(relayed, placed) },
    { name: 'send orders.placed links to create orders.placed', holds: linksTo(relayed, placed) },
    { name: 'HTTP request → audit note', holds: isChild(note, request) },
    { name: 'audit note → INSERT', holds: spans.some((span) => runs(span, 'INSERT INTO audit_notes') && isBelow(span, note, spans)) },
    { name: 'create orders.placed → process orders.placed', holds: isChild(processed, placed) },
    { name: 'process orders.placed links to create orders.placed', holds: linksTo(processed, placed) },
    ...(failures === 0
      ? []
      : [
          {
            name: `create orders.placed → ${failures} failed process orders.placed`,
            holds: failed.filter((span) => isChild(span, placed) && linksTo(span, placed)).length === failures,
          },
          { name: 'each attempt links to the one before', holds: isChain([...failed, processed]) },
        ]),
    { name: 'process orders.placed → send shipments.created', holds: isChild(shipped, processed) },
    { name: 'send shipments.created → process shipments.created', holds: isChild(marked, shipped) },
    { name: 'process shipments.created links to send shipments.created', holds: linksTo(marked, shipped) },
    { name: 'process shipments.created → UPDATE', holds: spans.some((span) => runs(span, 'UPDATE') && isBelow(span, marked, spans)) },
    { name: 'the batch links to send shipments.created', holds: batch !== undefined },
    { name: 'process shipments.created links to its batch', holds: linksTo(marked, batch) },
  ];
}

/** As {@link traceEdges}, for an order whose audit note had no room in its process and went over the topic. */
export function spillEdges(all: readonly ReceivedSpan[], traceId: string): readonly TraceEdge[] {
  const spans = all.filter((span) => span.traceId === traceId && span.serviceName === 'orders');
  const note = spans.find(({ name }) => name === 'audit note');
  const sent = spans.find(({ name }) => name === 'send audit.notes');
  const processed = spans.find(({ name }) => name === 'process audit.notes');
  return [
    ...traceEdges(all, { traceId, failures: 0 }),
    { name: 'audit note → send audit.notes', holds: isChild(sent, note) },
    { name: 'audit note → process audit.notes', holds: isChild(processed, note) },
    { name: 'process audit.notes links to audit note', holds: linksTo(processed, note) },
    {
      name: 'process audit.notes → INSERT',
      holds: spans.some((span) => runs(span, 'INSERT INTO audit_notes') && isBelow(span, processed, spans)),
    },
  ];
}

/** The order's trace and the batches that link into it: what is worth drawing. */
export function relatedSpans(all: readonly ReceivedSpan[], traceId: string): readonly ReceivedSpan[] {
  return all.filter((span) => span.traceId === traceId || span.links.some((link) => link.traceId === traceId));
}

/** Whether each span after the first links to one of the others, and no two to the same. */
function isChain(attempts: readonly (ReceivedSpan | undefined)[]): boolean {
  const before = attempts.map((span) => attempts.findIndex((other) => other !== span && linksTo(span, other)));
  return new Set(before).size === attempts.length && before.filter((index) => index === -1).length === 1;
}

function isChild(span: ReceivedSpan | undefined, parent: ReceivedSpan | undefined): boolean {
  return span !== undefined && parent !== undefined && span.parentSpanId === parent.spanId;
}

/** Whether `span` is under `ancestor`, at any depth: between a handler and its query there may be a pool's span. */
function isBelow(span: ReceivedSpan, ancestor: ReceivedSpan | undefined, spans: readonly ReceivedSpan[]): boolean {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return isChild(span, ancestor) || (parent !== undefined && isBelow(parent, ancestor, spans));
}

function linksTo(span: ReceivedSpan | undefined, target: ReceivedSpan | undefined): boolean {
  return target !== undefined && span?.links.some((link) => link.traceId === target.traceId && link.spanId === target.spanId) === true;
}

function runs(span: ReceivedSpan, statement: string): boolean {
  const text = span.attributes['db.query.text'] ?? span.attributes['db.statement'];
  return span.kind === 'client' && typeof text === 'string' && text.startsWith(statement);
}
