import { readFileSync } from 'node:fs';
import { ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { expectTrace, OtlpReceiver, SpanRecorder, TestingError, type TraceExpectation, type TraceSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { complaint, refusal } from '../support/refusal.ts';
import { chain, delivered, id, link, span } from '../support/spans.ts';
import { tracerTo } from '../support/tracing.ts';

describe('expectTrace', () => {
  const placed = (): TraceExpectation => expectTrace(delivered());

  describe('toHaveSpan', () => {
    it('finds a span by service and name, or by its name alone', () => {
      placed().toHaveSpan('orders POST /orders').toHaveSpan('POST /orders').toHaveSpan('fulfilment process placed');
      expectTrace([span('a', { serviceName: undefined, name: 'job' })]).toHaveSpan('job');
    });

    it('counts exactly when told how many', () => {
      placed().toHaveSpan('process placed', { times: 2 }).toHaveSpan('process gone', { times: 0 });
      expect(complaint(() => placed().toHaveSpan('process placed', { times: 1 }))).to.equal('"process placed" is there 2 times, not once.');
      expect(complaint(() => placed().toHaveSpan('batch', { times: 3 }))).to.equal('"batch" is there once, not 3 times.');
      expect(complaint(() => placed().toHaveSpan('batch', { times: 0 }))).to.equal('"batch" is there once, not 0 times.');
    });

    it('says the name that is meant when it is misspelt, and none when it is another', () => {
      expect(complaint(() => placed().toHaveSpan('orders send plased'))).to.equal(
        'No span "orders send plased". Is it "orders send placed"?',
      );
      expect(complaint(() => placed().toHaveSpan('something else'))).to.equal('No span "something else".');
    });

    it('says the nearest of several names', () => {
      const near = ['send plac', 'send placed', 'send place'].map((name, index) => span(`${index}`, { name }));
      expect(complaint(() => expectTrace(near).toHaveSpan('send placedd'))).to.equal('No span "send placedd". Is it "send placed"?');
    });

    it('answers at once when names are longer than any that could be misspelt', () => {
      const long = [span('a', { name: 'y'.repeat(200_000) })];
      expect(complaint(() => expectTrace(long).toHaveSpan('x'.repeat(200_000)))).to.match(/^No span "x+"\.$/);
    }).timeout(5_000);

    it('says which service has a span of that name', () => {
      expect(complaint(() => placed().toHaveSpan('orders process placed'))).to.equal(
        'No span "orders process placed". "process placed" is there, of fulfilment.',
      );
      expect(complaint(() => expectTrace([span('a', { serviceName: undefined, name: 'job' })]).toHaveSpan('orders job'))).to.equal(
        'No span "orders job". "job" is there, of a service without a name.',
      );
    });

    it('draws all that there is, or says that there is nothing', () => {
      expect(refusal(() => placed().toHaveSpan('gone')).message).to.match(
        /\.\nThere is:\ntrace [0-9a-f]{32}\n└─ orders: POST \/orders \(server, 1\.0 ms\)\n {3}└─ orders: send placed[^]*\n {6}→ orders: send placed \(trace /,
      );
      expect(refusal(() => expectTrace([]).toHaveSpan('gone')).message).to.equal('[unexpected_trace] No span "gone".\nThere is no span.');
    });

    it('can be negated', () => {
      placed().not.toHaveSpan('gone').not.toHaveSpan('process placed', { times: 1 });
      expect(complaint(() => placed().not.toHaveSpan('process placed'))).to.equal(
        '"process placed" is there 2 times and was not expected.',
      );
    });
  });

  describe('toMatchTree', () => {
    const drawn = `
      trace
      └─ orders: a (internal)
         └─ orders: b (internal)
               → orders: a
    `;
    const spans = (): TraceSpan[] => [span('b', { parentSpanId: id('a'), links: [link('a')] }), span('a')];

    it('takes a text that is indented as the test is, with line feeds of any system', () => {
      expectTrace(spans()).toMatchTree(drawn).toMatchTree(drawn.replaceAll('\n', '\r\n'));
      expectTrace([]).toMatchTree('').toMatchTree('\n  \n');
    });

    it('takes names that end in spaces, which no one sees', () => {
      expectTrace([span('a', { links: [link('b')] }), span('b', { name: 'b  ' })]).toMatchTree(
        ['trace', '├─ orders: a (internal)', '│     → orders: b', '└─ orders: b   (internal)'].join('\n'),
      );
    });

    it('says the first line that differs and draws the tree, and gives both for the difference', () => {
      const error = refusal(() => expectTrace(spans()).toMatchTree(drawn.replace('b (internal)', 'b (server)')));
      expect(error.message).to.match(
        /^\[unexpected_trace\] The spans are not the tree that was expected\. Line 3 is "└─ orders: b \(internal\)", expected was "└─ orders: b \(server\)"\.\nThere is:\ntrace\n/,
      );
      expect(error.actual).to.match(/^trace\n[^]*b \(internal\)\n/);
      expect(error.expected).to.equal(error.actual?.replace('b (internal)', 'b (server)'));
    });

    it('says it when a line is missing or too many', () => {
      const whole = drawn.trimEnd().split('\n');
      expect(complaint(() => expectTrace(spans()).toMatchTree([...whole, '      more'].join('\n')))).to.include(
        'Line 5 is none, expected was "more".',
      );
      expect(complaint(() => expectTrace(spans()).toMatchTree(whole.slice(0, -1).join('\n')))).to.include(
        'Line 4 is "→ orders: a", expected was none.',
      );
    });
  });

  describe('leftOver', () => {
    it('gives the spans that no assertion of the same source asked for', () => {
      const source = delivered();
      expectTrace(source).toHaveEdge('send placed', 'process placed', { via: 'both' });
      expect(
        expectTrace(source)
          .leftOver()
          .map(({ spanId }) => spanId),
      ).to.deep.equal(['a', 'd', 'e'].map(id));
      expect(expectTrace([...source]).leftOver()).to.have.length(5);
      expectTrace(source).toHaveSpan('process placed');
      expect(complaint(() => expectTrace(source).toHaveNoLeftOver())).to.equal('Never asked for: orders: POST /orders, orders: batch.');
    });

    it('asks for the beginning of an edge by what the edge is made of', () => {
      const source = [span('1', { name: 'send' }), span('2', { name: 'send' }), span('3', { parentSpanId: id('1'), links: [link('2')] })];
      expectTrace(source).toHaveEdge('send', '3', { via: 'parent' });
      expect(expectTrace(source).leftOver()).to.deep.equal([source[1]]);
      expectTrace(source).toHaveEdge('send', '3', { via: 'link' }).toHaveNoLeftOver();
    });

    it('counts nothing as asked for by an assertion that fails or says that something is not there', () => {
      const source = delivered();
      refusal(() => expectTrace(source).toHaveSpan('batch', { times: 2 }));
      refusal(() => expectTrace(source).toHaveEdge('send placed', 'batch', { via: 'parent' }));
      refusal(() => expectTrace(source).toMatchTree(''));
      expectTrace(source).not.toHaveSpan('batch', { times: 2 }).not.toHaveEdge('POST /orders', 'batch');
      expect(expectTrace(source).leftOver()).to.have.length(5);
    });

    it('lists each name once', () => {
      expect(complaint(() => expectTrace(chain(1_000)).toHaveNoLeftOver())).to.equal('Never asked for: orders: process (1000 times).');
      const many = Array.from({ length: 12 }, (_, index) => span(String(index)));
      expect(complaint(() => expectTrace(many).toHaveNoLeftOver())).to.match(/orders: 9, and 2 more names\.$/);
    });

    it('is empty once an assertion asked for the whole tree', () => {
      expectTrace([span('a')])
        .toMatchTree('trace\n└─ orders: a (internal)')
        .toHaveNoLeftOver();
    });
  });

  describe('of a recorder', () => {
    let recorder: SpanRecorder;

    beforeEach(() => {
      recorder = new SpanRecorder();
    });

    function start(name: string, parent?: Span, service = 'orders'): Span {
      return tracerTo(recorder, service).startSpan(
        name,
        { kind: SpanKind.PRODUCER, links: parent === undefined ? [] : [{ context: parent.spanContext() }] },
        parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
      );
    }

    it('counts the spans that an assertion asked for as taken', () => {
      const sent = start('send');
      start('process', sent, 'fulfilment').end();
      sent.end();
      expectTrace(recorder).toHaveEdge('orders send', 'fulfilment process', { via: 'both' }).toHaveNoLeftOver();
      recorder.assertDone();
    });

    it('still refuses the ones that none asked for', () => {
      start('send').end();
      start('forgotten').end();
      expectTrace(recorder).toHaveSpan('send');
      expect(() => recorder.assertDone()).to.throw(TestingError, /^\[not_done\] not taken:\ntrace [0-9a-f]{32}\n└─ orders: forgotten .*$/);
    });

    it('forgets what was asked for when it forgets its spans', () => {
      start('send').end();
      expectTrace(recorder).toHaveSpan('send');
      const again = recorder.spans[0] as never;
      recorder.assertDone();
      recorder.onStart(again);
      recorder.onEnd(again);
      expect(expectTrace(recorder).leftOver()).to.have.length(1);
    });

    it('says that a span is still open', () => {
      const open = start('send');
      expect(complaint(() => expectTrace(recorder).toHaveSpan('orders send'))).to.equal(
        'No span "orders send". "send" was started and has not ended.',
      );
      open.end();
      expectTrace(recorder).toHaveSpan('orders send');
      recorder.assertDone();
    });

    it('reads spans that ended meanwhile', () => {
      const expectation = expectTrace(recorder);
      expectation.not.toHaveSpan('send');
      start('send').end();
      expectation.toHaveSpan('send').toHaveNoLeftOver();
    });
  });

  it('fails with the message that the README shows', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, shown] = /```text\n(\[unexpected_trace\][^]*?)\n```/.exec(readme) ?? [];
    const spans = [
      span('a', { name: 'POST /orders', kind: 'server', duration: 8.2 }),
      span('b', { name: 'send orders.placed', kind: 'producer', parentSpanId: id('a'), startTime: 1, duration: 3.1 }),
      span('c', {
        name: 'process orders.placed',
        serviceName: 'fulfilment',
        kind: 'consumer',
        parentSpanId: id('b'),
        duration: 1.9,
        status: { code: 'error', message: 'out of stock' },
      }),
      span('d', { name: 'audit note', parentSpanId: id('a'), startTime: 2, duration: 4, links: [link('a')] }),
    ];
    const assertion = (): unknown =>
      expectTrace(spans).toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'link' });
    expect(refusal(assertion).message).to.equal(shown);
  });

  it('reads a receiver', async () => {
    await using receiver = await OtlpReceiver.start();
    expectTrace(receiver).not.toHaveSpan('send').toMatchTree('').toHaveNoLeftOver();
  });

  it('says what it takes when it is given something else', () => {
    for (const [source, what] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['spans', 'string'],
      [{ spans: 'none' }, 'object'],
      [[1], 'an array of something else'],
      [[null], 'an array of something else'],
      [{ spans: [{}] }, 'object'],
    ] as const) {
      const error = refusal(() => expectTrace(source as never).toHaveSpan('a'));
      expect(error).to.include({ code: 'not_spans' });
      expect(error.message).to.match(new RegExp(`not in ${what}\\.$`));
    }
  });

  it('refuses names and options of another form, also when it is negated', () => {
    const wrong = (value: unknown): never => value as never;
    const cases: readonly [() => unknown, string][] = [
      [() => placed().toHaveSpan(wrong(/batch/)), "A span is named by a string as 'orders send orders.placed', not by /batch/."],
      [() => placed().not.toHaveSpan(wrong(/batch/)), "A span is named by a string as 'orders send orders.placed', not by /batch/."],
      [() => placed().not.toHaveSpan(wrong(undefined)), "A span is named by a string as 'orders send orders.placed', not by undefined."],
      [() => placed().toHaveSpan('batch', wrong(2)), 'What is expected is an object of times, as { times: 2 }, not 2.'],
      [() => placed().toHaveSpan('batch', wrong({ count: 2 })), 'What is expected is an object of times; it has no count.'],
      [() => placed().not.toHaveSpan('batch', wrong({ times: '1' })), "times is a whole number of at least 0, not '1'."],
      [() => placed().not.toHaveSpan('batch', { times: -1 }), 'times is a whole number of at least 0, not -1.'],
      [
        () => placed().toHaveEdge('send placed', wrong(['batch'])),
        "A span is named by a string as 'orders send orders.placed', not by an array.",
      ],
      [() => placed().toHaveEdge('send placed', 'batch', wrong({ via: 'links' })), "via is 'parent' or 'link' or 'both', not 'links'."],
      [() => placed().not.toHaveEdge('batch', 'send placed', wrong({ via: null })), "via is 'parent' or 'link' or 'both', not null."],
      [
        () => placed().not.toHaveEdge('batch', 'send placed', wrong(null)),
        'What is expected is an object of via and times, as { times: 2 }, not null.',
      ],
    ];
    for (const [assertion, message] of cases) {
      expect(refusal(assertion)).to.include({ code: 'invalid_argument', message: `[invalid_argument] ${message}` });
    }
    placed().toHaveEdge('send placed', 'batch', wrong({ via: undefined, times: undefined }));
  });
});
