import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { drawn } from '../support/drawn.ts';
import type { ToldLink, ToldSpan } from '../support/otlp.ts';
import { tell } from '../support/post.ts';

// Of a name, an id has the first eight letters.
const span = (trace: string, name: string, kind: 'producer' | 'consumer', at: number, more: Partial<ToldSpan> = {}): ToldSpan => {
  return { trace, id: name, name, service: 'orders', kind, at, for: 10, ...more };
};
const origin = (trace: string): ToldLink => ({ trace, id: 'send 1', attributes: { 'tracelink.link.kind': 'origin' } });

describe("the link of a message to its trace's origin", () => {
  it('is no replay and no wait at a second hop, which waited since its own send', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      span('own', 'send 1', 'producer', 0),
      span('own', 'take 1', 'consumer', 100, { parent: 'send 1' }),
      span('own', 'send 2', 'producer', 100, { parent: 'take 1' }),
      span('own', 'take 2', 'consumer', 200, { parent: 'send 2', links: [{ trace: 'own', id: 'send 2' }, origin('own')] }),
    );
    expect(await drawn(studio, 'own')).to.deep.equal({
      arrows: ['send 2 cause take 2'],
      waits: { 'take 1': ['queue', 10, 100], 'take 2': ['queue', 110, 200] },
    });
  });

  it('is a replay where the origin is of another trace, and the message waited since it was sent again', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      span('own', 'again', 'producer', 500),
      span('own', 'process', 'consumer', 600, { parent: 'again', links: [origin('before')] }),
      span('before', 'send 1', 'producer', 0),
    );
    expect(await drawn(studio, 'own')).to.deep.equal({
      arrows: ['send 1 origin process'],
      waits: { process: ['queue', 510, 600] },
    });
  });
});

describe('the link of a message to what was sent before its trace broke', () => {
  const broken: ToldLink = { trace: 'before', id: 'send 2', attributes: { 'tracelink.link.kind': 'broken_trace' } };
  const events = [{ name: 'tracelink.trace.broken', at: 600 }];
  const before = [span('before', 'send 1', 'producer', 0), span('before', 'send 2', 'producer', 50)];

  it('is an arrow of its own, and no wait: the message waited since the hop that broke the trace sent it', async () => {
    await using studio = await startStudio({ port: 0 });
    const links = [{ trace: 'own', id: 'hop' }, origin('before'), broken];
    await tell(
      studio,
      ...before,
      span('own', 'hop', 'producer', 500),
      span('own', 'process', 'consumer', 600, { parent: 'hop', links, events }),
    );
    expect(await drawn(studio, 'own')).to.deep.equal({
      arrows: ['hop cause process', 'send 2 broken process'],
      waits: { process: ['queue', 510, 600] },
    });
  });

  for (const [name, links] of Object.entries({ 'a link of its own': [broken], 'the link to the origin': [origin('before')] }))
    it(`is no wait where the hop that broke the trace has no span here: ${name}`, async () => {
      await using studio = await startStudio({ port: 0 });
      await tell(studio, ...before, span('own', 'process', 'consumer', 600, { links, events }));
      const { arrows, waits } = await drawn(studio, 'own');
      expect([arrows.length, waits]).to.deep.equal([1, {}]);
    });
});
