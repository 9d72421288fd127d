import { expectTrace, type BackEndTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { differsFromTree } from '../../src/expectations/matches-tree.ts';
import { complaint } from '../support/refusal.ts';
import { id, span } from '../support/spans.ts';

/** A trace of which the back end let go of spans. */
function truncated(isTruncated = true): BackEndTrace {
  const spans = [span('1', { name: 'send' }), span('2', { name: 'process', parentSpanId: id('1') })];
  return { traceId: spans[0]!.traceId, spans: spans as unknown as BackEndTrace['spans'], truncated: isTruncated };
}

describe('expectTrace of a truncated trace', () => {
  it('says of nothing that it is not there', () => {
    const said = (check: (trace: ReturnType<typeof expectTrace>) => unknown): string =>
      complaint(() => check(expectTrace(truncated()))).split(':', 1)[0] as string;
    expect(said((trace) => trace.not.toHaveSpan('retry'))).to.equal('Nobody can say that "retry" is not there');
    expect(said((trace) => trace.not.toHaveSpan('send', { times: 2 }))).to.equal('Nobody can say that "send" is not there 2 times');
    expect(said((trace) => trace.not.toHaveEdge('process', 'send'))).to.equal(
      'Nobody can say that the edge "process" → "send" is not there',
    );
    expect(said((trace) => trace.toHaveSpan('send').toHaveSpan('process').toHaveNoLeftOver())).to.equal(
      'Nobody can say that each span was asked for',
    );
  });

  it('says of nothing how often it is there, but that it is there too often', () => {
    const trace = expectTrace(truncated());
    expect(complaint(() => trace.toHaveSpan('retry', { times: 0 }))).to.match(
      /^Nobody can say that "retry" is there no more than 0 times:/,
    );
    expect(complaint(() => trace.toHaveSpan('send', { times: 1 }))).to.match(/^Nobody can say that "send" is there no more than once:/);
    expect(complaint(() => trace.toHaveEdge('send', 'process', { times: 1 }))).to.match(/^Nobody can say .* no more than once:/);
    trace.not.toHaveSpan('send', { times: 0 }).not.toHaveEdge('send', 'process', { times: 0 });
  });

  it('says of no tree that it is the whole one, nor that it is another', () => {
    const tree = 'trace\n└─ orders: send (internal)\n   └─ orders: process (internal)';
    const trace = expectTrace(truncated());
    expect(complaint(() => trace.toMatchTree(tree))).to.match(/^Nobody can say that these are all spans of the tree:/);
    expect(differsFromTree(truncated(), 'trace')?.message).to.match(/^Nobody can say that the spans are not that tree:/);
    expectTrace(truncated(false)).toMatchTree(tree);
    expect(differsFromTree(truncated(false), 'trace')).to.equal(undefined);
  });

  it('says what is there, and all else of a trace that is whole', () => {
    expectTrace(truncated()).toHaveSpan('send').toHaveEdge('send', 'process');
    expectTrace(truncated(false))
      .not.toHaveSpan('retry')
      .not.toHaveEdge('process', 'send')
      .toHaveSpan('send', { times: 1 })
      .toHaveEdge('send', 'process', { times: 1 })
      .toHaveNoLeftOver();
  });
});
