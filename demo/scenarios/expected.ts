import type { TraceExpectation } from '@tracelink/testing';

/** Fulfilment's dead-letter topic. */
export const deadLetters = 'orders.placed.fulfilment.dead-letter';

const request = 'orders POST /orders';
const created = 'orders create orders.placed';
const processed = 'fulfilment process orders.placed';
const shipment = 'fulfilment send shipments.created';
const marked = 'orders process shipments.created';
const note = 'orders audit note';

/** The order is stored together with its message, the message is sent, and the audit's note continues after the answer. */
export const isPlaced = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(request, 'orders pg.query:INSERT postgres', { via: 'parent' })
    .toHaveEdge(request, created, { via: 'parent' })
    .toHaveEdge(request, 'orders pg.query:COMMIT postgres', { via: 'parent' })
    .toHaveEdge(created, 'orders send orders.placed', { via: 'both' })
    .toHaveEdge(request, note, { via: 'parent' });

/** The process that accepted the order writes the audit's note, as its backlog has room for one. */
export const isNoted = (trace: TraceExpectation): TraceExpectation =>
  trace.toHaveEdge(note, 'orders pg.query:INSERT postgres', { via: 'parent' });

/** The backlog was full: the audit's note goes through a topic, in the same trace. */
export const isNotedElsewhere = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(note, 'orders send audit.notes', { via: 'both' })
    .toHaveEdge(note, 'orders process audit.notes', { via: 'both' })
    .toHaveEdge('orders process audit.notes', 'orders pg.query:INSERT postgres', { via: 'parent' });

/** Fulfilment made this many attempts, and each links to the one before. */
export const isTried =
  (times: number) =>
  (trace: TraceExpectation): TraceExpectation =>
    trace.toHaveEdge(created, processed, { via: 'both', times }).toHaveEdge(processed, processed, { via: 'link', times: times - 1 });

/** Fulfilment sent it to the dead-letter topic. */
export const isGivenUp = (trace: TraceExpectation): TraceExpectation =>
  trace.toHaveEdge(processed, `fulfilment send ${deadLetters}`, { via: 'parent', times: 1 });

/** Fulfilment ships it, and orders marks it as shipped: in the order's own trace, with links to and from the batch that contained it. */
export const isShipped = (trace: TraceExpectation): TraceExpectation =>
  trace
    .toHaveEdge(created, processed, { via: 'both' })
    .toHaveEdge(processed, shipment, { via: 'parent', times: 1 })
    .toHaveEdge(shipment, marked, { via: 'both', times: 1 })
    .toHaveEdge(marked, 'orders pg.query:UPDATE postgres', { via: 'parent' })
    .toHaveEdge(shipment, marked, { via: 'link', times: 2 })
    .toHaveEdge(marked, marked, { via: 'link' });

/** The whole trace of an order that succeeds. */
export const isWhole = (trace: TraceExpectation): TraceExpectation => isShipped(isTried(1)(isPlaced(trace)));
