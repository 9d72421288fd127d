import { tracesOf, type OtlpTraces, type ToldLink, type ToldSpan } from './otlp.ts';

const previous = { 'tracelink.link.kind': 'previous_attempt' };
const placed = { 'messaging.destination.name': 'orders.placed', 'messaging.operation.type': 'process' };

const sent: ToldLink = { trace: 'order', id: 'sent' };
const attempt = (id: string): ToldLink => ({ trace: 'order', id, attributes: previous });

/**
 * One order: a request with detached work, a message that fails twice and becomes a dead-letter record, and a batch in a trace of its own that
 * takes the message of this trace and of another.
 */
const orderFlow: readonly ToldSpan[] = [
  {
    trace: 'order',
    id: 'request',
    service: 'orders',
    name: 'POST /orders',
    kind: 'server',
    at: 0,
    for: 20,
    attributes: { 'http.route': '/orders' },
  },
  {
    trace: 'order',
    id: 'sent',
    parent: 'request',
    service: 'orders',
    name: 'send orders.placed',
    kind: 'producer',
    at: 5,
    for: 5,
    attributes: { 'messaging.destination.name': 'orders.placed', 'messaging.operation.type': 'send' },
  },
  { trace: 'order', id: 'audit', parent: 'request', service: 'orders', name: 'audit note', at: 12, for: 30 },
  {
    trace: 'order',
    id: 'try1',
    parent: 'sent',
    service: 'fulfilment',
    name: 'process orders.placed',
    kind: 'consumer',
    at: 30,
    for: 4,
    error: 'The shelf is locked',
    attributes: { ...placed, 'tracelink.delivery.attempt': 1 },
    links: [sent],
    events: [{ name: 'exception', at: 33, attributes: { 'exception.message': 'The shelf is locked', 'exception.type': 'ShelfError' } }],
  },
  {
    trace: 'order',
    id: 'try2',
    parent: 'sent',
    service: 'fulfilment',
    name: 'process orders.placed',
    kind: 'consumer',
    at: 60_000,
    for: 8,
    error: 'The shelf is locked',
    attributes: { ...placed, 'tracelink.delivery.attempt': 2 },
    links: [sent, attempt('try1')],
    events: [{ name: 'tracelink.delivery.dead_letter', at: 60_007 }],
  },
  {
    trace: 'order',
    id: 'dead',
    parent: 'try2',
    service: 'fulfilment',
    name: 'send orders.placed.fulfilment.dead-letter',
    kind: 'producer',
    at: 60_004,
    for: 2,
    attributes: { 'messaging.destination.name': 'orders.placed.fulfilment.dead-letter', 'messaging.operation.type': 'send' },
  },
  {
    trace: 'batch',
    id: 'many',
    service: 'reports',
    name: 'process orders.placed',
    kind: 'consumer',
    at: 40,
    for: 15,
    attributes: { ...placed, 'messaging.batch.message_count': 3 },
    links: [sent, { trace: 'other', id: 'osent' }, { trace: 'gone', id: 'nobody' }],
  },
  {
    trace: 'other',
    id: 'osent',
    service: 'shop',
    name: 'send orders.placed',
    kind: 'producer',
    at: 14,
    for: 3,
    attributes: { 'messaging.destination.name': 'orders.placed', 'messaging.operation.type': 'send' },
  },
];

export const orderTraces: OtlpTraces = tracesOf(orderFlow);
