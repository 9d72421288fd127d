import type { ToldLink, ToldSpan } from '../test/support/otlp.ts';

const placed = 'orders.placed';
const shipped = 'shipments.created';
const deadLetter = `${placed}.fulfilment.dead-letter`;

const messaging = (topic: string, type: 'send' | 'process'): NonNullable<ToldSpan['attributes']> => ({
  'messaging.system.name': 'kafka',
  'messaging.destination.name': topic,
  'messaging.operation.name': type,
  'messaging.operation.type': type,
  ...(type === 'process' ? { 'messaging.consumer.group.name': topic === placed ? 'fulfilment' : 'orders' } : {}),
});
const query = (text: string): NonNullable<ToldSpan['attributes']> => ({ 'db.system.name': 'postgresql', 'db.query.text': text });

/** An order, worked on some milliseconds `slower`: a request with detached work, and a message that is worked on at the first attempt, at the second, or never. */
function* order(trace: string, at: number, attempts: number, slower: number, succeeds = true): Generator<ToldSpan> {
  const orders = { trace, service: 'orders' } as const;
  const fulfilment = { trace, service: 'fulfilment' } as const;
  yield {
    ...orders,
    id: 'request',
    name: 'POST /orders',
    kind: 'server',
    at,
    for: 38,
    attributes: { 'http.request.method': 'POST', 'http.route': '/orders', 'http.response.status_code': 201 },
  };
  yield {
    ...orders,
    id: 'insert',
    parent: 'request',
    name: 'INSERT orders',
    kind: 'client',
    at: at + 5,
    for: 9,
    attributes: query('INSERT INTO orders …'),
  };
  yield {
    ...orders,
    id: 'sent',
    parent: 'request',
    name: `send ${placed}`,
    kind: 'producer',
    at: at + 17,
    for: 13,
    attributes: messaging(placed, 'send'),
  };
  yield { ...orders, id: 'audit', parent: 'request', name: 'audit note', at: at + 33, for: 61, attributes: { 'tracelink.async': true } };
  const sent: ToldLink = { trace, id: 'sent' };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const start = at + 51 + (attempt - 1) * 30_000;
    const id = `try${attempt}`;
    const isLast = attempt === attempts;
    const fails = !isLast || !succeeds;
    const before: ToldLink[] =
      attempt === 1 ? [] : [{ trace, id: `try${attempt - 1}`, attributes: { 'tracelink.link.kind': 'previous_attempt' } }];
    yield {
      ...fulfilment,
      id,
      parent: 'sent',
      name: `process ${placed}`,
      kind: 'consumer',
      at: start,
      for: fails ? 21 : 66 + slower,
      ...(fails ? { error: 'The shelf is locked' } : {}),
      attributes: { ...messaging(placed, 'process'), 'tracelink.delivery.attempt': attempt },
      links: [sent, ...before],
      ...(fails && isLast ? { events: [{ name: 'tracelink.delivery.dead_letter', at: start + 20 }] } : {}),
    };
    yield {
      ...fulfilment,
      id: `${id}reserve`,
      parent: id,
      name: 'reserve stock',
      at: start + 3,
      for: fails ? 12 : 27 + slower,
      ...(fails ? { error: 'The shelf is locked' } : {}),
    };
    if (fails && isLast)
      yield {
        ...fulfilment,
        id: 'dead',
        parent: id,
        name: `send ${deadLetter}`,
        kind: 'producer',
        at: start + 16,
        for: 4,
        attributes: messaging(deadLetter, 'send'),
      };
    if (fails) continue;
    yield {
      ...fulfilment,
      id: `${id}update`,
      parent: `${id}reserve`,
      name: 'UPDATE stock',
      kind: 'client',
      at: start + 6,
      for: 16,
      attributes: query('UPDATE stock SET …'),
    };
    yield {
      ...fulfilment,
      id: 'shipped',
      parent: id,
      name: `send ${shipped}`,
      kind: 'producer',
      at: start + 42 + slower,
      for: 15,
      attributes: messaging(shipped, 'send'),
    };
    yield {
      ...orders,
      id: 'mark',
      parent: 'shipped',
      name: `process ${shipped}`,
      kind: 'consumer',
      at: start + 92 + slower,
      for: 17,
      attributes: messaging(shipped, 'process'),
      links: [{ trace, id: 'shipped' }],
    };
    yield {
      ...orders,
      id: 'marked',
      parent: 'mark',
      name: 'UPDATE orders',
      kind: 'client',
      at: start + 96 + slower,
      for: 8,
      attributes: query('UPDATE orders SET …'),
    };
  }
}

function batch(trace: string, at: number, of: readonly string[]): ToldSpan {
  return {
    trace,
    id: trace,
    service: 'orders',
    name: `process ${shipped}`,
    kind: 'consumer',
    at,
    for: 36,
    attributes: { ...messaging(shipped, 'process'), 'messaging.batch.message_count': of.length },
    links: of.map((name) => ({ trace: name, id: 'shipped' })),
  };
}

function lookUp(trace: string, at: number, took: number): ToldSpan[] {
  const orders = { trace, service: 'orders' } as const;
  return [
    { ...orders, id: trace, name: 'GET /orders/{id}', kind: 'server', at, for: took, attributes: { 'http.request.method': 'GET' } },
    {
      ...orders,
      id: `${trace}select`,
      parent: trace,
      name: 'SELECT orders',
      kind: 'client',
      at: at + 2,
      for: took - 4,
      attributes: query('SELECT … FROM orders'),
    },
  ];
}

/** Some seconds of a shop: orders that go well, one that is retried, one that becomes a dead-letter record, and batches of shipments. */
export const shopFlow: readonly ToldSpan[] = [
  ...order('first', 900, 1, 14),
  ...lookUp('look', 2_310, 9),
  ...order('second', 2_950, 1, 3),
  batch('pair', 3_137, ['first', 'second']),
  ...order('poison', 4_200, 3, 8, false),
  ...lookUp('seek', 5_450, 12),
  ...order('third', 5_120, 1, 22),
  batch('single', 5_302, ['third']),
  ...order('flaky', 6_000, 2, 0),
  ...order('fourth', 35_980, 1, 5),
  batch('batch', 36_136, ['flaky', 'fourth']),
  ...lookUp('asks', 36_300, 7),
];
