import type { TraceExpectation } from '@tracelink/testing';

/** The topic that fulfilment writes into what it gives up. */
export const deadLetters = 'orders.placed.fulfilment.dead-letter';

const request = 'orders POST /orders';
const created = 'orders create orders.placed';
const processed = 'fulfilment process orders.placed';
const shipment = 'fulfilment send shipments.created';
const marked = 'orders process shipments.created';
const note = 'orders audit note';

/** The order is stored together with its message, the message is sent, and the audit's note goes on after the answer. */
export const isPlaced = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(request, 'orders pg.query:INSERT postgres', { via: 'parent' })
    .toHaveEdge(request, created, { via: 'parent' })
    .toHaveEdge(request, 'orders pg.query:COMMIT postgres', { via: 'parent' })
    .toHaveEdge(created, 'orders send orders.placed', { via: 'both' })
    .toHaveEdge(request, note, { via: 'parent' });

/** The audit's note is written by the process that took the order, which has room for one. */
export const isNoted = (trace: TraceExpectation): TraceExpectation =>
  trace.toHaveEdge(note, 'orders pg.query:INSERT postgres', { via: 'parent' });

/** There was no room for the audit's note: it goes over a topic, in the same trace. */
export const isNotedElsewhere = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(note, 'orders send audit.notes', { via: 'both' })
    .toHaveEdge(note, 'orders process audit.notes', { via: 'both' })
    .toHaveEdge('orders process audit.notes', 'orders pg.query:INSERT postgres', { via: 'parent' });

/** Fulfilment tried so often, and each attempt links to the one before. */
export const isTried =
  (times: number) =>
  (trace: TraceExpectation): TraceExpectation =>
    trace.toHaveEdge(created, processed, { via: 'both', times }).toHaveEdge(processed, processed, { via: 'link', times: times - 1 });

/** Fulfilment gave it up. */
export const isGivenUp = (trace: TraceExpectation): TraceExpectation =>
  trace.toHaveEdge(processed, `fulfilment send ${deadLetters}`, { via: 'parent', times: 1 });

/** Fulfilment ships it, and orders marks it as shipped: in the order's own trace, linked to the batch that it came in, and that to it. */
export const isShipped = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(created, processed, { via: 'both' })
    .toHaveEdge(processed, shipment, { via: 'parent', times: 1 })
    .toHaveEdge(shipment, marked, { via: 'both', times: 1 })
    .toHaveEdge(marked, 'orders pg.query:UPDATE postgres', { via: 'parent' })
    .toHaveEdge(shipment, marked, { via: 'link', times: 2 })
    .toHaveEdge(marked, marked, { via: 'link' });

/** The whole way of an order that nothing happens to. */
export const isWhole = (trace: TraceExpectation): TraceExpectation => isShipped(isTried(1)(isPlaced(trace)));
