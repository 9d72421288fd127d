import { expectTrace, type TraceExpectation } from '@tracelink/testing';
import { expect } from 'chai';
import { complaint } from '../support/refusal.ts';
import { chain, delivered, id, link, otherTraceId, span } from '../support/spans.ts';

describe('toHaveEdge', () => {
  const placed = (): TraceExpectation => expectTrace(delivered());

  it('takes a parent or a link, in whatever trace', () => {
    placed()
      .toHaveEdge('POST /orders', 'send placed')
      .toHaveEdge('orders send placed', 'orders batch')
      .toHaveEdge('process placed', 'process placed');
  });

  it('accepts only the relation that is named', () => {
    placed()
      .toHaveEdge('send placed', 'process placed', { via: 'parent', times: 2 })
      .toHaveEdge('send placed', 'process placed', { via: 'link', times: 1 })
      .toHaveEdge('send placed', 'process placed', { via: 'both', times: 1 })
      .toHaveEdge('send placed', 'process placed', { times: 2 });
    expect(complaint(() => placed().toHaveEdge('POST /orders', 'send placed', { via: 'link' }))).to.equal(
      'No edge "POST /orders" → "send placed" by link.\nNearest: orders: send placed: there is the parent but no such link, it links to nothing',
    );
    expect(complaint(() => placed().toHaveEdge('send placed', 'batch', { via: 'parent' }))).to.equal(
      'No edge "send placed" → "batch" by parent.\nNearest: orders: batch: there is the link but not the parent, it has no parent',
    );
    expect(complaint(() => placed().toHaveEdge('send placed', 'batch', { via: 'both' }))).to.match(/^No edge .* by parent and link\.\n/);
  });

  it('does not make one edge of two spans', () => {
    const spans = [
      ...['1', '2'].map((digit) => span(digit, { name: 'send' })),
      span('3', { name: 'process', parentSpanId: id('1'), links: [link('2')] }),
    ];
    expect(complaint(() => expectTrace(spans).toHaveEdge('send', 'process', { via: 'both' }))).to.equal(
      'No edge "send" → "process" by parent and link.\nNearest: orders: process: its parent and its link are two spans of that name',
    );
  });

  it('does not take a parent of the same id in another trace for the parent', () => {
    const spans = [span('a'), span('b', { traceId: otherTraceId, parentSpanId: id('a') })];
    expect(complaint(() => expectTrace(spans).toHaveEdge('a', 'b'))).to.match(
      /its parent is 000000000000000a \(not received\); it links to nothing$/,
    );
  });

  it('counts the spans that it leads to when told how many', () => {
    expect(complaint(() => placed().toHaveEdge('send placed', 'process placed', { times: 3 }))).to.equal(
      'The edge "send placed" → "process placed" is there 2 times, not 3 times.',
    );
    placed().toHaveEdge('POST /orders', 'batch', { times: 0 });
  });

  it('says which of the names is missing, and what is meant', () => {
    expect(complaint(() => placed().toHaveEdge('POST /order', 'gone'))).to.equal(
      'No edge "POST /order" → "gone". There is no span "POST /order". Is it "POST /orders"? There is no span "gone".',
    );
    expect(complaint(() => placed().toHaveEdge('gone', 'gone'))).to.equal('No edge "gone" → "gone". There is no span "gone".');
  });

  it('says that the edge is there the other way round', () => {
    expect(complaint(() => placed().toHaveEdge('process placed', 'send placed'))).to.equal(
      [
        'No edge "process placed" → "send placed".',
        'The edge is there the other way round, to fulfilment: process placed',
        'Nearest: orders: send placed: its parent is orders: POST /orders; it links to nothing',
      ].join('\n'),
    );
  });

  it('says what lies between when it leads further down', () => {
    expect(complaint(() => placed().toHaveEdge('POST /orders', 'process placed', { via: 'parent' }))).to.equal(
      [
        'No edge "POST /orders" → "process placed" by parent.',
        'Nearest: fulfilment: process placed: it is further below, under orders: send placed; it links to orders: send placed',
        'Nearest: fulfilment: process placed: it is further below, under orders: send placed; it links to fulfilment: process placed',
      ].join('\n'),
    );
  });

  it('explains the three nearest misses of many, and lists many links once', () => {
    const far = Array.from({ length: 5 }, (_, index) =>
      span(`a${index}`, { name: 'end', links: Array.from({ length: 30 }, (__, other) => link(other < 10 ? 'b' : `c${other}`)) }),
    );
    const message = complaint(() =>
      expectTrace([...far, span('d', { name: 'end', parentSpanId: id('e') }), span('e', { name: 'start' }), span('b')]).toHaveEdge(
        'start',
        'end',
        { via: 'link' },
      ),
    );
    const lines = message.split('\n');
    expect(lines).to.have.length(5);
    expect(lines[1]).to.equal('Nearest: orders: end: there is the parent but no such link, it links to nothing');
    expect(lines[2]).to.match(/it has no parent; it links to orders: b \(10 times\), 0+c10 \(not received\), .*, and 11 more names$/);
    expect(lines[4]).to.equal('(and 3 more)');
  });

  it('answers at once for 10,000 spans in a line or in a circle of parents', () => {
    const line = [...chain(10_000), span('fffff', { name: 'alone' })];
    const circle = line.map((one) => (one.spanId === id('0') ? { ...one, parentSpanId: id((9_999).toString(16)) } : one));
    for (const spans of [line, circle]) {
      expect(complaint(() => expectTrace(spans).toHaveEdge('alone', 'process'))).to.include('(and 9997 more)');
    }
  });

  it('can be negated only between spans that exist, so that no misspelt name passes', () => {
    placed().not.toHaveEdge('POST /orders', 'batch').not.toHaveEdge('send placed', 'process placed', { via: 'link', times: 2 });
    expect(complaint(() => placed().not.toHaveEdge('send placed', 'batch', { via: 'link' }))).to.equal(
      'The edge "send placed" → "batch" by link is there once and was not expected.',
    );
    expect(complaint(() => placed().not.toHaveEdge('send placed', 'bach'))).to.equal(
      'No span "bach": that no edge "send placed" → "bach" is there says nothing. Is it "batch"?',
    );
  });
});
