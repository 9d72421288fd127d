import type { ReceivedSpan } from '@tracelink/testing';

/** The trace that the others are linked with. */
export const orderTrace = 'a'.repeat(32);
/** Links to the order's trace: a batch. */
const batchTrace = 'b'.repeat(32);
/** The order's trace links to it: what was tried before. */
const earlierTrace = 'c'.repeat(32);
/** Is linked with the batch only: another order. */
const strangerTrace = 'd'.repeat(32);

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly attributes?: readonly object[] }[];
  readonly attributes?: readonly object[];
  readonly status?: { readonly code: number; readonly message?: string };
}

const ids = { request: '1', send: '2', process: '3', batch: '4', earlier: '5', stranger: '6' };

function idOf(name: keyof typeof ids): string {
  return ids[name].padStart(16, '0');
}

const orders: readonly Sent[] = [
  { traceId: orderTrace, spanId: idOf('request'), name: 'POST /orders', kind: 2 },
  { traceId: orderTrace, spanId: idOf('send'), parentSpanId: idOf('request'), name: 'send orders.placed', kind: 4, status: { code: 1 } },
  {
    traceId: batchTrace,
    spanId: idOf('batch'),
    name: 'process orders.placed',
    kind: 5,
    links: [
      { traceId: orderTrace, spanId: idOf('send') },
      { traceId: strangerTrace, spanId: idOf('stranger') },
    ],
  },
  { traceId: strangerTrace, spanId: idOf('stranger'), name: 'send orders.placed', kind: 4 },
];

const fulfilment: readonly Sent[] = [
  {
    traceId: orderTrace,
    spanId: idOf('process'),
    parentSpanId: idOf('send'),
    name: 'process orders.placed',
    kind: 5,
    status: { code: 2, message: 'out of stock' },
    attributes: [{ key: 'messaging.kafka.offset', value: { intValue: '7' } }],
    links: [
      { traceId: orderTrace, spanId: idOf('send'), attributes: [{ key: 'tracelink.link.kind', value: { stringValue: 'creation' } }] },
      { traceId: earlierTrace, spanId: idOf('earlier') },
    ],
  },
  { traceId: earlierTrace, spanId: idOf('earlier'), name: 'process orders.placed', kind: 5, status: { code: 2 } },
];

/** The spans of both services as one request of OTLP in JSON each, as of now. */
export function linkedTraces(now: number = Date.now()): { readonly orders: object; readonly fulfilment: object } {
  const request = (serviceName: string, spans: readonly Sent[]): object => ({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: serviceName } }] },
        scopeSpans: [
          {
            scope: { name: 'tracelink' },
            spans: spans.map((span) => ({ ...span, startTimeUnixNano: `${now}000000`, endTimeUnixNano: `${now}250000` })),
          },
        ],
      },
    ],
  });
  return { orders: request('orders', orders), fulfilment: request('fulfilment', fulfilment) };
}

/** The tree of the order's trace and of those that are linked with it. */
export const orderTree = `
  trace
  └─ fulfilment: process orders.placed (consumer) ERROR
  trace
  └─ orders: POST /orders (server)
     └─ orders: send orders.placed (producer) OK
        └─ fulfilment: process orders.placed (consumer) ERROR
              → fulfilment: process orders.placed (other trace)
              → orders: send orders.placed
  trace
  └─ orders: process orders.placed (consumer)
        → (not received) (other trace)
        → orders: send orders.placed (other trace)
`;

/** Of the order's trace: the span that has everything a span can have. */
export function wholeSpan(now: number): Omit<ReceivedSpan, 'links'> & { readonly links: readonly object[] } {
  return {
    traceId: orderTrace,
    spanId: idOf('process'),
    parentSpanId: idOf('send'),
    name: 'process orders.placed',
    kind: 'consumer',
    serviceName: 'fulfilment',
    startTime: now,
    duration: 0.25,
    status: { code: 'error', message: 'out of stock' },
    attributes: { 'messaging.kafka.offset': 7 },
    links: [
      { traceId: orderTrace, spanId: idOf('send'), attributes: { 'tracelink.link.kind': 'creation' } },
      { traceId: earlierTrace, spanId: idOf('earlier'), attributes: {} },
    ],
    resource: { 'service.name': 'fulfilment' },
    scope: 'tracelink',
  };
}
