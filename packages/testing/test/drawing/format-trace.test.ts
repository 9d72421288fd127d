import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { formatTrace, SpanRecorder } from '@tracelink/testing';
import { expect } from 'chai';
import { chain, id, link, otherTraceId, span, traceId } from '../support/spans.ts';
import { tracerTo } from '../support/tracing.ts';

describe('formatTrace', () => {
  it('draws services, names, durations, statuses and what links point to', () => {
    const drawn = formatTrace([
      span('a', { name: 'POST /orders', kind: 'server', duration: 8.25, startTime: 1 }),
      span('b', { name: 'send orders', kind: 'producer', parentSpanId: id('a'), startTime: 2, status: { code: 'ok' } }),
      span('d', { name: 'INSERT', kind: 'client', parentSpanId: id('a'), startTime: 3, links: [link('9')] }),
      span('c', {
        name: 'process orders',
        serviceName: 'fulfilment',
        parentSpanId: id('b'),
        startTime: 4,
        status: { code: 'error', message: 'out of stock' },
        links: [link('b'), { traceId: otherTraceId, spanId: id('e') }, { traceId: otherTraceId, spanId: id('f') }],
      }),
      span('e', { traceId: otherTraceId, name: 'tick', serviceName: undefined, startTime: 5 }),
    ]);
    expect(drawn).to.equal(
      [
        `trace ${traceId}`,
        '└─ orders: POST /orders (server, 8.3 ms)',
        '   ├─ orders: send orders (producer, 1.0 ms) OK',
        '   │  └─ fulfilment: process orders (internal, 1.0 ms) ERROR out of stock',
        '   │        → orders: send orders',
        `   │        → ?: tick (trace ${otherTraceId})`,
        `   │        → ${id('f')} (not received) (trace ${otherTraceId})`,
        '   └─ orders: INSERT (client, 1.0 ms)',
        `         → ${id('9')} (not received)`,
        `trace ${otherTraceId}`,
        '└─ ?: tick (internal, 1.0 ms)',
      ].join('\n'),
    );
  });

  it('puts siblings in the order of their start, and marks a span whose parent is missing', () => {
    const drawn = formatTrace([
      span('b', { startTime: 2, links: [link('a')] }),
      span('c', { startTime: 3, parentSpanId: id('b') }),
      span('a', { startTime: 1, parentSpanId: id('9') }),
    ]);
    expect(drawn.split('\n').slice(1)).to.deep.equal([
      `├─ orders: a (internal, 1.0 ms) (parent ${id('9')} not received)`,
      '└─ orders: b (internal, 1.0 ms)',
      '   │  → orders: a',
      '   └─ orders: c (internal, 1.0 ms)',
    ]);
  });

  it('draws every span once when parents go in a circle or an id came twice', () => {
    const circle = [
      span('a', { parentSpanId: id('b'), startTime: 1 }),
      span('b', { parentSpanId: id('a'), startTime: 2 }),
      span('c', { parentSpanId: id('c'), startTime: 3 }),
    ];
    expect(names(formatTrace(circle))).to.deep.equal(['a', 'b', 'c']);
    const twice = [span('a', {}), span('a', {}), span('b', { parentSpanId: id('a') })];
    expect(names(formatTrace(twice))).to.deep.equal(['a', 'b', 'a']);
  });

  it('lets no control character of a name reach the terminal', () => {
    expect(formatTrace([span('a', { name: 'a\u001b[2J\nb', serviceName: '\u0007' })])).to.include('└─ \\x07: a\\x1b[2J\\x0ab (internal');
  });

  it('lets no name or error text turn a line around, begin one or fill a page', () => {
    const drawn = formatTrace([
      span('a', { name: 'a\u202eb\u2028c\ud800', status: { code: 'error', message: `first\nsecond ${'x'.repeat(10_000)} last` } }),
      span('b', { name: '注'.repeat(100), links: [link('c')], startTime: 1 }),
      span('c', { name: `begins ${'x'.repeat(10_000)} ends`, serviceName: 'y'.repeat(1_000), startTime: 2 }),
    ]);
    const lines = drawn.split('\n');
    expect(lines).to.have.length(5);
    expect(lines[1]).to.match(/^├─ orders: a\\u202eb\\u2028c\\ud800 \(.*\) ERROR first\\x0asecond x+…x+ last$/);
    expect(lines[2]).to.include(`orders: ${'注'.repeat(100)} (`);
    expect(lines[3]).to.match(/→ y+…y+: begins x+…x+ ends$/);
    for (const line of lines) expect(line).to.have.length.below(400);
  });

  it('draws a trace that is deeper than a call stack, no wider than a page', () => {
    const lines = formatTrace(chain(10_000)).split('\n');
    expect(lines).to.have.length(10_001);
    expect(lines.at(-1)).to.equal('level 10000: orders: process (internal, 1.0 ms)');
    expect(Math.max(...lines.map((line) => line.length))).to.be.below(200);
  });

  it('is empty for no spans', () => {
    expect(formatTrace([])).to.equal('');
  });

  it('draws recorded spans too', () => {
    const recorder = new SpanRecorder();
    const tracer = tracerTo(recorder);
    const parent = tracer.startSpan('send', { kind: SpanKind.PRODUCER, startTime: 1_000 });
    const child = tracer.startSpan(
      'process',
      { kind: SpanKind.CONSUMER, startTime: 2_000, links: [{ context: parent.spanContext() }] },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'no' }).end(3_500);
    parent.end(1_250);
    expect(formatTrace(recorder.takeAll()).split('\n').slice(1)).to.deep.equal([
      '└─ orders: send (producer, 250.0 ms)',
      '   └─ orders: process (consumer, 1500.0 ms) ERROR no',
      '         → orders: send',
    ]);
  });
});

function names(drawn: string): string[] {
  return [...drawn.matchAll(/orders: (\w+)/g)].map((match) => match[1] ?? '');
}
