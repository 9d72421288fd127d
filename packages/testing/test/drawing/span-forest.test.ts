import { expect } from 'chai';
import fc from 'fast-check';
import { nodesOf, spanForest } from '../../src/drawing/span-forest.ts';
import { anySpans, chain, id, span } from '../support/spans.ts';

describe('spanForest', () => {
  it('holds every span of any input once, however its parents go', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const drawn = [...nodesOf(spanForest(spans))].map((node) => node.span);
        expect(drawn).to.have.members(spans);
      }),
    );
  });

  it('puts each span under its parent, or makes it a root', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        for (const { span: parent, children } of nodesOf(spanForest(spans))) {
          for (const child of children) expect(child.span.parentSpanId).to.equal(parent.spanId);
        }
      }),
    );
  });

  it('makes a root only of a span whose parent is missing, or of one in a circle: one for each circle', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const byId = new Map(spans.toReversed().map((one) => [one.spanId, one]));
        const above = (one: ReturnType<typeof span>): ReturnType<typeof span> | undefined => byId.get(one.parentSpanId ?? '');
        const circles = spanForest(spans).filter(({ span: root }) => above(root) !== undefined);
        for (const { span: root } of circles) {
          let one = above(root);
          for (let steps = 0; steps < spans.length && one !== root; steps++) one = one === undefined ? one : above(one);
          expect(one).to.equal(root);
        }
      }),
    );
  });

  it('cuts a circle before its first span, and leaves alone what hangs on it', () => {
    const hanging = span('9', { parentSpanId: id('2') });
    const circle = [span('1', { parentSpanId: id('2') }), span('2', { parentSpanId: id('1') })];
    const [root, ...others] = spanForest([hanging, ...circle]);
    expect(others).to.deep.equal([]);
    expect(root?.span).to.equal(circle[0]);
    expect(root?.children[0]?.span).to.equal(circle[1]);
    expect(root?.children[0]?.children[0]?.span).to.equal(hanging);
  });

  it('keeps the order of siblings and of roots', () => {
    const roots = spanForest([span('3'), span('1'), span('5', { parentSpanId: id('1') }), span('4', { parentSpanId: id('1') })]);
    expect(roots.map(({ span: { name } }) => name)).to.deep.equal(['3', '1']);
    expect(roots[1]?.children.map(({ span: { name } }) => name)).to.deep.equal(['5', '4']);
  });

  it('takes a line of 10,000 spans, a circle of them, and one that they all hang on', () => {
    const line = chain(10_000);
    const last = id((9_999).toString(16));
    const circle = line.map((one, index) => (index === 0 ? { ...one, parentSpanId: last } : one));
    for (const spans of [line, circle, circle.toReversed(), [...line.slice(1), { ...span('0'), parentSpanId: id('0') }].toReversed()]) {
      expect([...nodesOf(spanForest(spans))]).to.have.length(10_000);
    }
  });
});
