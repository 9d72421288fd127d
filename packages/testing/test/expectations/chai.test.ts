import { SpanRecorder, type SpanSource } from '@tracelink/testing';
import { traceAssertions } from '@tracelink/testing/chai';
import { AssertionError, expect, use } from 'chai';
import { id, link, span } from '../support/spans.ts';
import { tracerTo } from '../support/tracing.ts';

use(traceAssertions);

describe('traceAssertions', () => {
  const spans = (): SpanSource => [
    span('a', { name: 'send' }),
    span('b', { name: 'process', serviceName: 'fulfilment', parentSpanId: id('a'), links: [link('a')] }),
  ];

  const refusal = (assertion: () => unknown): Error => {
    try {
      assertion();
    } catch (error) {
      if (error instanceof AssertionError) return error;
      throw error;
    }
    return expect.fail('was not refused');
  };

  it('hold and are chained', () => {
    expect(spans())
      .to.have.span('orders send')
      .and.to.have.span('process', { times: 1 })
      .and.to.have.edge('orders send', 'fulfilment process', { via: 'both', times: 1 })
      .and.not.to.have.leftOverSpans();
    expect(spans()).to.have.traceTree(`
      trace
      └─ orders: send (internal)
         └─ fulfilment: process (internal)
               → orders: send
    `);
    expect(spans()).to.have.leftOverSpans();
  });

  it('hold when they are negated', () => {
    expect(spans()).not.to.have.span('gone');
    expect(spans()).not.to.have.edge('process', 'send');
    expect(spans()).not.to.have.traceTree('trace');
  });

  it('say what expectTrace says, and draw what there is', () => {
    const tree = /\nThere is:\ntrace [0-9a-f]{32}\n└─ orders: send .*\n {3}└─ fulfilment: process .*\n {9}→ orders: send$/;
    expect(refusal(() => expect(spans()).to.have.span('sent')).message)
      .to.match(/^No span "sent"\. Is it "send"\?\n/)
      .and.to.match(tree);
    expect(refusal(() => expect(spans()).to.have.edge('process', 'send')).message)
      .to.match(/^No edge "process" → "send"\.\nThe edge is there the other way round, to fulfilment: process\n/)
      .and.to.match(tree);
    expect(refusal(() => expect(spans()).not.to.have.leftOverSpans()).message)
      .to.match(/^Never asked for: orders: send, fulfilment: process\.\n/)
      .and.to.match(tree);
  });

  it('report what was not expected when they are negated', () => {
    expect(refusal(() => expect(spans()).not.to.have.span('send')).message).to.match(/^"send" is there once and was not expected\.\n/);
    expect(refusal(() => expect(spans()).not.to.have.edge('send', 'process')).message).to.match(
      /^The edge "send" → "process" is there once and was not expected\.\n/,
    );
    expect(refusal(() => expect(spans()).not.to.have.edge('send', 'proces')).message).to.match(/^No span "proces": .* says nothing\./);
    expect(refusal(() => expect([span('a')]).not.to.have.traceTree('trace\n└─ orders: a (internal)')).message).to.equal(
      'The spans are the very tree that was not expected:\ntrace\n└─ orders: a (internal)',
    );
    expect(refusal(() => expect([]).to.have.leftOverSpans()).message).to.equal('Every span was asked for.\nThere is no span.');
  });

  it('give both trees to the test runner, and nothing to compare where there is nothing', () => {
    expect(refusal(() => expect([span('a')]).to.have.traceTree('trace'))).to.include({
      actual: 'trace\n└─ orders: a (internal)',
      expected: 'trace',
      showDiff: true,
    });
    expect(refusal(() => expect([]).to.have.span('a'))).to.include({ showDiff: false });
  });

  it("put the test's own words first, and leave alone what looks like chai's templates", () => {
    const error = refusal(() => expect([], 'after the order').to.have.span('#{this} #{exp}'));
    expect(error.message).to.match(/^after the order: No span "#\{this\} #\{exp\}"\./);
  });

  it('begin the stack where the test is', () => {
    const error = refusal(() => expect([]).to.have.span('a'));
    expect(error.stack?.split('\n').find((line) => line.trim().startsWith('at '))).to.include('chai.test.ts');
  });

  it('count the spans of a recorder as taken', () => {
    const recorder = new SpanRecorder();
    tracerTo(recorder).startSpan('send').end();
    expect(recorder).to.have.span('orders send');
    recorder.assertDone();
  });

  it('reject a value without spans, also when they are negated', () => {
    expect(() => expect('spans').to.have.span('a')).to.throw('[not_spans]');
    expect(() => expect(undefined).not.to.have.edge('a', 'b')).to.throw('[not_spans]');
  });

  it('leave the assertions of chai as they are', () => {
    expect('abc').to.match(/b/);
    expect({ span: 1 }).to.have.property('span', 1);
    expect([1, 2]).to.have.members([2, 1]).and.to.have.lengthOf(2);
  });

  it('refuse names and options of another form, also when they are negated', () => {
    const wrong = (value: unknown): never => value as never;
    expect(() => expect(spans()).not.to.have.span(wrong(/send/))).to.throw('[invalid_argument] A span is named by a string');
    expect(() => expect(spans()).to.have.span('send', wrong({ count: 2 }))).to.throw('[invalid_argument] What is expected');
    expect(() => expect(spans()).to.have.edge('send', 'process', wrong({ via: 'links' }))).to.throw('[invalid_argument] via is');
    expect(() => expect(spans()).not.to.have.edge('process', 'send', { times: 1.5 })).to.throw('[invalid_argument] times is');
  });
});
