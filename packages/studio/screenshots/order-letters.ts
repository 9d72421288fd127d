import { traceId } from '../test/support/otlp.ts';

/** The dead letter of the order that no attempt could pack. */
export const letters = [
  {
    trace: 'poison',
    key: 'order-17',
    value: JSON.stringify({ orderId: 'order-17', sku: 'tea', quantity: 2, shelf: null }),
    error: 'ShelfMissingError',
    message: 'Order order-17 names no shelf',
  },
];

/** The topic that it came from: one of its senders writes no trace headers. */
export const orders = ['first', 'second', 'third', 'fourth'].map((trace, index) => ({
  key: `order-${index + 1}`,
  value: '{}',
  headers: index === 2 ? {} : { traceparent: `00-${traceId(trace)}-${'b'.repeat(15)}${index}-01` },
  timestamp: Date.UTC(2026, 10, 29, 8, 0, index),
}));
