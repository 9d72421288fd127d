import { expect } from 'chai';

/** The page's own: a browser loads it as it stands there. */
interface Waterfalls {
  readonly buildWaterfall: (answer: object) => { readonly sections: readonly { readonly nodes: readonly Node[] }[] };
}
interface Node {
  readonly span: { readonly spanId: string };
  readonly depth: number;
  readonly orphan: boolean;
}
const page = String(new URL('../../page/model/build-waterfall.js', import.meta.url));
const { buildWaterfall } = (await import(page)) as Waterfalls;

/** What is drawn of spans of which each is told with its parent: the span, how deep, and whether its parent is said to be missing. */
function drawn(parents: Readonly<Record<string, string | undefined>>): (readonly [string, number, boolean])[] {
  const spans = Object.entries(parents).map(([spanId, parentSpanId], index) => ({
    traceId: 'a',
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: spanId,
    kind: 'internal',
    startUs: index,
    durationUs: 1,
    status: 'unset',
    attributes: {},
    events: [],
    links: [],
  }));
  const { sections } = buildWaterfall({ traceId: 'a', imported: false, logLines: 0, lostLogLines: 0, spans, related: [] });
  return sections.flatMap(({ nodes }) => nodes.map(({ span, depth, orphan }) => [span.spanId, depth, orphan] as const));
}

describe('a span whose parent', () => {
  for (const [what, parents, expected] of [
    [
      'is here is drawn below it',
      { b: 'a', a: undefined },
      [
        ['a', 0, false],
        ['b', 1, false],
      ],
    ],
    ['has not been received is a root that says so', { a: 'z' }, [['a', 0, true]]],
    [
      'is the span itself is a root, and its parent is not missing',
      { a: 'a', b: 'a' },
      [
        ['a', 0, false],
        ['b', 1, false],
      ],
    ],
    [
      'is below it is the root of the circle, and its parent is not missing',
      { a: 'b', b: 'a' },
      [
        ['a', 0, false],
        ['b', 1, false],
      ],
    ],
  ] as const) {
    it(what, () => {
      expect(drawn(parents)).to.deep.equal(expected);
    });
  }
});
