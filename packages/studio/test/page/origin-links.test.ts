import { expect } from 'chai';

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
  more: { parentSpanId?: string; links?: Link[] } = {},
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
  readonly relationOf: (span: object, link: Link) => string;
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
    const { relationOf } = (await import(`${page}find-links.js`)) as Model;
    const taken = span('own', 'process', 'consumer', 0);
    expect([relationOf(taken, origin('own')), relationOf(taken, origin('before'))]).to.deep.equal(['began with', 'replay of']);
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
