import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanRecorder, traceTree } from '@tracelink/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { anyRun, anySpans, chain, id, link, otherTraceId, span } from '../support/spans.ts';
import { tracerTo } from '../support/tracing.ts';

describe('traceTree', () => {
  it('draws services, names, kinds, errors, parents and links, and nothing that changes from run to run', () => {
    const drawn = traceTree([
      span('c', {
        name: 'process orders.placed',
        serviceName: 'fulfilment',
        kind: 'consumer',
        parentSpanId: id('b'),
        status: { code: 'error', message: 'out of stock since 12:03' },
        links: [link('f'), link('b')],
      }),
      span('b', { name: 'send orders.placed', kind: 'producer', parentSpanId: id('a'), status: { code: 'ok' } }),
      span('e', { name: 'INSERT', kind: 'client', parentSpanId: id('9'), serviceName: undefined }),
      span('a', { name: 'POST /orders', kind: 'server' }),
      span('d', { traceId: otherTraceId, name: 'batch', links: [link('b'), { traceId: otherTraceId, spanId: id('f') }] }),
    ]);
    expect(drawn.split('\n')).to.deep.equal([
      'trace',
      '└─ orders: batch (internal)',
      '      → (not received)',
      '      → orders: send orders.placed (other trace)',
      'trace',
      '├─ ?: INSERT (client) (parent not received)',
      '└─ orders: POST /orders (server)',
      '   └─ orders: send orders.placed (producer) OK',
      '      └─ fulfilment: process orders.placed (consumer) ERROR',
      '            → (not received)',
      '            → orders: send orders.placed',
    ]);
  });

  it('gives the same text for two runs of one program, whatever their ids and the order of what runs side by side', () => {
    const run = (services: readonly string[]): string => {
      const recorder = new SpanRecorder();
      const root = tracerTo(recorder).startSpan('POST /orders', { kind: SpanKind.SERVER });
      for (const service of services) {
        const child = tracerTo(recorder, service).startSpan(
          'work',
          { links: [{ context: root.spanContext() }] },
          trace.setSpan(ROOT_CONTEXT, root),
        );
        tracerTo(recorder, service).startSpan(`of ${service}`, {}, trace.setSpan(ROOT_CONTEXT, child)).end();
        child.end();
      }
      root.end();
      return traceTree(recorder.takeAll());
    };
    expect(run(['a', 'b', 'c', 'a'])).to.equal(run(['c', 'a', 'a', 'b']));
  });

  it('has no name for a program that was given none: the SDK takes the path of the program, which is another on every machine', () => {
    const recorder = new SpanRecorder();
    new TracerProvider({ spanProcessors: [recorder] }).getTracer('test').startSpan('job').end();
    expect(String(recorder.spans[0]?.resource.attributes['service.name'])).to.match(/^unknown_service:/);
    expect(traceTree(recorder.takeAll())).to.equal('trace\n└─ ?: job (internal)');
  });

  it('puts siblings in the order of what is below them when they look alike', () => {
    const below = (first: string, second: string): string =>
      traceTree([
        span('1', { name: 'root' }),
        span('2', { name: 'attempt', parentSpanId: id('1') }),
        span('3', { name: 'attempt', parentSpanId: id('1') }),
        span('4', { name: first, parentSpanId: id('2') }),
        span('5', { name: second, parentSpanId: id('3') }),
      ]);
    expect(below('fails', 'succeeds')).to.equal(below('succeeds', 'fails'));
    expect(below('fails', 'succeeds').split('\n')).to.have.length(6);
  });

  it('compares what is below two siblings when it is in order itself', () => {
    const run = ([a, b, c, d]: readonly string[]): string =>
      traceTree([
        span('1', { name: 'root' }),
        ...['2', '3'].map((own) => span(own, { name: 'attempt', parentSpanId: id('1') })),
        ...[a, b].map((own = '') => span(own, { name: 'step', parentSpanId: id('2') })),
        ...[c, d].map((own = '') => span(own, { name: 'step', parentSpanId: id('3') })),
        span('8', { name: 'fails', parentSpanId: id(a ?? '') }),
        span('9', { name: 'waits', parentSpanId: id(b ?? '') }),
        span('a', { name: 'fails', parentSpanId: id(c ?? '') }),
        span('b', { name: 'sends', parentSpanId: id(d ?? '') }),
      ]);
    expect(run(['5', '4', '6', '7'])).to.equal(run(['4', '5', '6', '7']));
    expect(run(['4', '5', '7', '6'])).to.equal(run(['4', '5', '6', '7']));
  });

  it('names a span whose id came twice by one of the two, whichever came first', () => {
    const twice = [span('1', { name: 'b' }), span('1', { name: 'a' }), span('2', { name: 'c', links: [link('1')], parentSpanId: id('1') })];
    const drawn = ['trace', '├─ orders: a (internal)', '│  └─ orders: c (internal)', '│        → orders: a', '└─ orders: b (internal)'];
    for (const spans of [twice, twice.toReversed()]) expect(traceTree(spans).split('\n')).to.deep.equal(drawn);
  });

  it('draws the same spans as the same tree, in whatever order they are given', () => {
    const shuffled = anySpans.chain((spans) =>
      fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length, maxLength: spans.length })),
    );
    fc.assert(
      fc.property(shuffled, ([spans, others]) => {
        expect(traceTree(others)).to.equal(traceTree(spans));
      }),
      { numRuns: 1_000 },
    );
  });

  it('draws the same tree whatever the ids of a run are', () => {
    const ids = fc.shuffledSubarray('abcdefghi'.split('').map(id), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(anyRun, ids, ids, (run, some, others) => {
        const idOf = (given: readonly string[]) => (index: number) => given[index] ?? '';
        expect(traceTree(run(idOf(some)))).to.equal(traceTree(run(idOf(others))));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives every span and every link a line of its own, and no control character but the line feeds between them', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const traces = new Set(spans.map((one) => one.traceId)).size;
        const lines = traceTree(spans).split('\n');
        const links = spans.flatMap((one) => one.links).length;
        expect(spans.length === 0 ? [] : lines).to.have.length(traces + spans.length + links);
        for (const line of lines) expect(line).not.to.match(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
    );
  });

  it('draws 10,000 levels, those below the fortieth by their number', () => {
    const lines = traceTree(chain(10_000)).split('\n');
    expect(lines).to.have.length(10_001);
    expect(lines[40]).to.match(/^ {117}└─ orders: process/);
    expect(lines[41]).to.equal('level 41: orders: process (internal)');
    expect(lines.at(-1)).to.equal('level 10000: orders: process (internal)');
  });

  it('draws the links of a deep span under itself', () => {
    const spans = chain(43).map((one) => (Number.parseInt(one.spanId, 16) >= 38 ? { ...one, links: [link('0')] } : one));
    const lines = traceTree(spans).split('\n').slice(39);
    expect(lines.map((line) => line.trimStart())).to.deep.equal([
      '└─ orders: process (internal)',
      '│  → orders: process',
      '└─ orders: process (internal)',
      '→ orders: process',
      ...[41, 42, 43].flatMap((level) => [`level ${level}: orders: process (internal)`, '→ orders: process']),
    ]);
  });

  it('tells deep trees apart that differ in their parents or links only', () => {
    const top = chain(45);
    const under = (level: number): string =>
      traceTree([...top, span('ff', { parentSpanId: id((level - 1).toString(16)), name: 'leaf', links: [link('1')] })]);
    expect(under(43)).not.to.equal(under(44));
    expect(under(44)).to.include('\nlevel 45: orders: leaf (internal)\n   → orders: process\n');
  });

  it('is empty for no spans', () => {
    expect(traceTree([])).to.equal('');
  });
});
