import type { TraceSpan } from '@tracelink/testing';
import fc from 'fast-check';

export const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';
export const otherTraceId = '00000000000000000000000000000002';

/** A span id out of a few digits. */
export function id(digits: string): string {
  return digits.padStart(16, '0');
}

/** What a span links to, in `traceId`. */
export function link(digits: string): TraceSpan['links'][number] {
  return { traceId, spanId: id(digits) };
}

/** A span of the service `orders` that has the digits of its id for its name. */
export function span(digits: string, members: Partial<TraceSpan> = {}): TraceSpan {
  return {
    traceId,
    spanId: id(digits),
    parentSpanId: undefined,
    name: digits,
    kind: 'internal',
    serviceName: 'orders',
    startTime: 0,
    duration: 1,
    status: { code: 'unset' },
    links: [],
    ...members,
  };
}

/** A request, a message and its two deliveries; the second has the parent but links to the first. */
export function delivered(): TraceSpan[] {
  return [
    span('a', { name: 'POST /orders', kind: 'server' }),
    span('b', { name: 'send placed', kind: 'producer', parentSpanId: id('a'), startTime: 1 }),
    span('c', { name: 'process placed', serviceName: 'fulfilment', parentSpanId: id('b'), links: [link('b')], startTime: 2 }),
    span('d', { name: 'process placed', serviceName: 'fulfilment', parentSpanId: id('b'), links: [link('c')], startTime: 3 }),
    span('e', { traceId: otherTraceId, name: 'batch', links: [link('b')], startTime: 4 }),
  ];
}

/** Spans in a line, each the parent of the next. */
export function chain(depth: number): TraceSpan[] {
  return Array.from({ length: depth }, (_, index) =>
    span(index.toString(16), { name: 'process', startTime: index, parentSpanId: index === 0 ? undefined : id((index - 1).toString(16)) }),
  );
}

const digits = fc.constantFrom('1', '2', '3', '4', '5', '6');
const reference = fc.record({ traceId: fc.constantFrom(traceId, otherTraceId), spanId: digits.map(id) });
const name = fc.oneof(fc.constantFrom('send', 'process', 'send '), fc.string({ unit: 'binary', maxLength: 6 }));

/** Any spans at all: parents that are missing or go in circles, ids that come twice, names that hold anything. */
export const anySpans: fc.Arbitrary<TraceSpan[]> = fc.array(
  fc
    .record({
      reference,
      parentSpanId: fc.option(digits.map(id), { nil: undefined }),
      name,
      kind: fc.constantFrom('internal', 'producer', 'consumer'),
      serviceName: fc.option(fc.constantFrom('orders', 'fulfilment'), { nil: undefined }),
      startTime: fc.nat(3),
      code: fc.constantFrom('unset', 'error'),
      links: fc.array(reference, { maxLength: 3 }),
    })
    .map(({ reference: own, code, ...members }) => ({ ...members, ...own, duration: 1, status: { code } })),
  { maxLength: 10 },
);

/** A function that makes spans with ids of any kind: whole ones, each with an id of its own and a parent before it or none, few names. */
export const anyRun: fc.Arbitrary<(idAt: (index: number) => string) => TraceSpan[]> = fc
  .array(
    fc.record({
      name: fc.constantFrom('send', 'process'),
      parent: fc.option(fc.nat()),
      link: fc.option(fc.nat()),
    }),
    { maxLength: 9 },
  )
  .map(
    (members) => (idAt) =>
      members.map(({ name: own, parent, link: target }, index) =>
        span('0', {
          spanId: idAt(index),
          name: own,
          parentSpanId: parent === null || index === 0 ? undefined : idAt(parent % index),
          links: target === null ? [] : [{ traceId, spanId: idAt(target % members.length) }],
        }),
      ),
  );
