import { SpanRecorder, type SpanSource } from '@tracelink/testing';
import { traceMatchers } from '@tracelink/testing/jest';
import { expect as expectOfChai } from 'chai';
import { expect } from 'expect';
import { id, link, span } from '../support/spans.ts';
import { tracerTo } from '../support/tracing.ts';

// jest's own expect: what extends it in a test of jest extends it here.
expect.extend(traceMatchers);

describe('traceMatchers', () => {
  const spans = (): SpanSource => [
    span('a', { name: 'send' }),
    span('b', { name: 'process', serviceName: 'fulfilment', parentSpanId: id('a'), links: [link('a')] }),
  ];

  const refusal = (assertion: () => unknown): string => {
    try {
      assertion();
    } catch (error) {
      return (error as Error).message;
    }
    return expectOfChai.fail('was not refused');
  };

  it('hold', () => {
    const source = spans();
    expect(source).toHaveSpan('orders send');
    expect(source).toHaveLeftOverSpans();
    expect(source).toHaveSpan('process', { times: 1 });
    expect(source).toHaveEdge('orders send', 'fulfilment process', { via: 'both', times: 1 });
    expect(source).not.toHaveLeftOverSpans();
    expect(spans()).toMatchTraceTree(`
      trace
      └─ orders: send (internal)
         └─ fulfilment: process (internal)
               → orders: send
    `);
  });

  it('hold when they are negated', () => {
    expect(spans()).not.toHaveSpan('gone');
    expect(spans()).not.toHaveEdge('process', 'send');
    expect(spans()).not.toMatchTraceTree('trace');
  });

  it('say what expectTrace says, and draw what there is', () => {
    const tree = /\nThere is:\ntrace [0-9a-f]{32}\n└─ orders: send /;
    expectOfChai(refusal(() => expect(spans()).toHaveSpan('sent')))
      .to.match(/^No span "sent"\. Is it "send"\?\n/)
      .and.to.match(tree);
    expectOfChai(refusal(() => expect(spans()).toHaveEdge('process', 'send'))).to.match(/^No edge "process" → "send"\.\n/);
    expectOfChai(refusal(() => expect(spans()).toMatchTraceTree('trace'))).to.match(/^The spans are not the tree that was expected\./);
    expectOfChai(refusal(() => expect(spans()).not.toHaveLeftOverSpans())).to.match(
      /^Never asked for: orders: send, fulfilment: process\./,
    );
  });

  it('say what was not expected when they are negated', () => {
    expectOfChai(refusal(() => expect(spans()).not.toHaveSpan('send'))).to.match(/^"send" is there once and was not expected\.\n/);
    expectOfChai(refusal(() => expect(spans()).not.toHaveEdge('send', 'process'))).to.match(/was not expected/);
    // Between misspelt names there is never an edge: that proves nothing.
    expectOfChai(refusal(() => expect(spans()).not.toHaveEdge('sent', 'process'))).to.match(/^No span "sent": that no edge/);
    const source = spans();
    expect(source).toHaveSpan('send');
    expect(source).toHaveSpan('process');
    expectOfChai(refusal(() => expect(source).toHaveLeftOverSpans())).to.match(/^Every span was asked for\./);
  });

  it('refuse what holds no spans', () => {
    expectOfChai(refusal(() => expect('spans').toHaveSpan('send'))).to.match(/^\[not_spans\]/);
  });

  it('count what they named as taken from a recorder', () => {
    const recorder = new SpanRecorder();
    tracerTo(recorder).startSpan('send').end();
    expect(recorder).toHaveSpan('send');
    recorder.assertDone();
  });

  it('refuse names and options of another form, also when they are negated', () => {
    const wrong = (value: unknown): never => value as never;
    expectOfChai(refusal(() => expect(spans()).not.toHaveSpan(wrong(/send/)))).to.match(
      /^\[invalid_argument\] A span is named by a string/,
    );
    expectOfChai(refusal(() => expect(spans()).toHaveSpan('send', wrong({ count: 2 })))).to.match(/^\[invalid_argument\] What is expected/);
    expectOfChai(refusal(() => expect(spans()).toHaveEdge('send', 'process', wrong({ via: 'links' })))).to.match(
      /^\[invalid_argument\] via is/,
    );
    expectOfChai(refusal(() => expect(spans()).not.toHaveEdge('process', 'send', { times: 1.5 }))).to.match(
      /^\[invalid_argument\] times is/,
    );
  });
});
