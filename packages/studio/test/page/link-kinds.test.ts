import { expect } from 'chai';
import fc from 'fast-check';
import { linkKinds } from '../../src/telemetry/link-kinds.ts';
import type { Span } from '../../src/telemetry/span.ts';

// The page's own: a browser loads it as it stands there.
const page = String(new URL('../../page/model/', import.meta.url));

interface Link {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A span of the answer for one trace, as the page gets it; times in microseconds. */
function span(
  traceId: string,
  spanId: string,
  kind: string,
  startUs: number,
  more: { parentSpanId?: string; links?: Link[]; events?: { name: string }[] } = {},
): object {
  const rest = { name: spanId, service: 'orders', durationUs: 10, status: 'unset', attributes: {}, events: [], linkedFrom: [], logs: 0 };
  return { traceId, spanId, kind, startUs, links: [], ...rest, ...more };
}

function origin(traceId: string): Link {
  return { traceId, spanId: 'send first', attributes: { 'tracelink.link.kind': 'origin' } };
}

interface Model {
  readonly buildWaterfall: (answer: object) => object;
  readonly findLinks: (waterfall: object) => {
    readonly arrows: readonly { readonly kind: string; readonly from: Named; readonly to: Named }[];
  };
  readonly relationsOf: (span: object) => string[];
  readonly findWaits: (waterfall: object, links: object) => ReadonlyMap<Named, object>;
}
interface Named {
  readonly span: { readonly spanId: string };
}

async function shown(spans: readonly object[], related: readonly object[] = []): Promise<{ arrows: string[]; waits: object }> {
  const { buildWaterfall } = (await import(`${page}build-waterfall.js`)) as Model;
  const { findLinks } = (await import(`${page}find-links.js`)) as Model;
  const { findWaits } = (await import(`${page}waits/find-waits.js`)) as Model;
  const waterfall = buildWaterfall({ traceId: 'own', imported: false, logLines: 0, spans, related });
  const links = findLinks(waterfall);
  const waits = [...findWaits(waterfall, links)].map(
    ([
      {
        span: { spanId },
      },
      wait,
    ]) => [spanId, wait],
  );
  return {
    arrows: links.arrows.map(({ kind, from, to }) => `${from.span.spanId} ${kind} ${to.span.spanId}`),
    waits: Object.fromEntries(waits) as object,
  };
}

describe("the link of a message to its trace's origin", () => {
  it('is said to be where the trace began, or of what the span is a replay', async () => {
    const { relationsOf } = (await import(`${page}link-kinds.js`)) as Model;
    const taken = span('own', 'process', 'consumer', 0, { links: [origin('own'), origin('before')] });
    expect(relationsOf(taken)).to.deep.equal(['began with', 'replay of']);
  });

  const first = span('own', 'send first', 'producer', 0);

  it('is no replay and no wait at a second hop, which waited since its own send', async () => {
    const sent = { traceId: 'own', spanId: 'send second', attributes: {} };
    const { arrows, waits } = await shown([
      first,
      span('own', 'process first', 'consumer', 100, { parentSpanId: 'send first' }),
      span('own', 'send second', 'producer', 100, { parentSpanId: 'process first' }),
      span('own', 'process second', 'consumer', 200, { parentSpanId: 'send second', links: [sent, origin('own')] }),
    ]);
    expect(arrows).to.deep.equal(['send second cause process second']);
    expect(waits).to.deep.equal({
      'process first': { kind: 'queue', fromUs: 10, toUs: 100 },
      'process second': { kind: 'queue', fromUs: 110, toUs: 200 },
    });
  });

  it('is a replay where the origin is of another trace, and the message waited since it was sent again', async () => {
    const { arrows, waits } = await shown(
      [
        span('own', 'send again', 'producer', 500),
        span('own', 'process again', 'consumer', 600, { parentSpanId: 'send again', links: [origin('before')] }),
      ],
      [{ traceId: 'before', imported: false, logLines: 0, spans: [span('before', 'send first', 'producer', 0)] }],
    );
    expect(arrows).to.deep.equal(['send first origin process again']);
    expect(waits).to.deep.equal({ 'process again': { kind: 'queue', fromUs: 510, toUs: 600 } });
  });
});

describe('the link of a message to what was sent before its trace broke', () => {
  const broken: Link = { traceId: 'before', spanId: 'send before', attributes: { 'tracelink.link.kind': 'broken_trace' } };
  const events = [{ name: 'tracelink.trace.broken' }];
  const before = {
    traceId: 'before',
    imported: false,
    logLines: 0,
    spans: [span('before', 'send first', 'producer', 0), span('before', 'send before', 'producer', 50)],
  };

  it('has words of its own, and makes no replay of the origin of that trace', async () => {
    const { relationsOf } = (await import(`${page}link-kinds.js`)) as Model;
    const taken = (links: Link[]): object => span('own', 'process', 'consumer', 0, { links, events });
    expect(relationsOf(taken([broken, origin('before')]))).to.deep.equal(['trace broken after', 'began with']);
    // A record that was replayed, and whose trace broke after that.
    expect(relationsOf(taken([broken, origin('long before')]))).to.deep.equal(['trace broken after', 'replay of']);
    expect(relationsOf(taken([origin('before')]))).to.deep.equal(['trace broken after']);
  });

  it('is an arrow of its own, and no wait: the message waited since the hop that broke the trace sent it', async () => {
    const hop = { traceId: 'own', spanId: 'send of hop', attributes: {} };
    const { arrows, waits } = await shown(
      [
        span('own', 'send of hop', 'producer', 500),
        span('own', 'process', 'consumer', 600, { parentSpanId: 'send of hop', links: [hop, origin('before'), broken], events }),
      ],
      [before],
    );
    expect(arrows).to.deep.equal(['send of hop cause process', 'send before broken process']);
    expect(waits).to.deep.equal({ process: { kind: 'queue', fromUs: 510, toUs: 600 } });
  });

  it('is no wait where the hop that broke the trace has no span here, also at the origin', async () => {
    const links = { 'a broken link': [broken], 'the origin': [origin('before')] };
    for (const [name, ofSpan] of Object.entries(links)) {
      const { waits } = await shown([span('own', 'process', 'consumer', 600, { links: ofSpan, events })], [before]);
      expect(waits, name).to.deep.equal({});
    }
  });
});

describe('the kinds of links', () => {
  it('are the same for the page and for the list of traces and the flow', async () => {
    const { linkKinds: ofPage } = (await import(`${page}link-kinds.js`)) as { readonly linkKinds: typeof linkKinds };
    const attributes = fc.constantFrom('previous_attempt', 'broken_trace', 'origin', 'another', undefined).map((kind) => {
      return kind === undefined ? {} : { 'tracelink.link.kind': kind };
    });
    const links = fc.array(
      fc.record({ traceId: fc.constantFrom('own', 'before', 'long before'), spanId: fc.constant('send'), attributes }),
    );
    const events = fc.constantFrom([], [{ name: 'tracelink.trace.broken' }]);
    fc.assert(
      fc.property(links, events, (ofSpan, told) => {
        const one = { traceId: 'own', links: ofSpan, events: told } as unknown as Span;
        expect(ofPage(one)).to.deep.equal(linkKinds(one));
      }),
    );
  });
});
