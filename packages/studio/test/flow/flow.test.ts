import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { get, post, tell } from '../support/post.ts';
import type { ToldSpan } from '../support/otlp.ts';
import { rawRequest } from '../support/raw-request.ts';
import { namings } from '../support/taken-records.ts';

interface Flow {
  readonly nodes: readonly { id: string; kind: string; name: string; spans: number; errors: number; processing?: object }[];
  readonly edges: readonly { from: string; to: string; count: number; errors: number; queueTime?: { p50Us: number; p99Us: number } }[];
}

const flow = (studio: Studio, query = ''): Promise<Flow> => get(studio, `/api/flow${query}`);
const base: ToldSpan = { trace: 'base', id: 'root', service: 'orders', name: 'GET /', kind: 'server', at: 0, for: 10 };
const topic = { 'messaging.destination.name': 'orders.placed' };
const ways = ({ edges }: Flow): string[] => edges.map(({ from, to, count }) => `${from} > ${to} ${count}`);

describe('the flow', () => {
  it('counts services, topics and what goes between them, with the times of work and of waiting', async () => {
    await using studio = await startStudio({ port: 0 });
    await post(studio, orderTraces);
    const { nodes, edges } = await flow(studio);
    // Those with which traces begin come first.
    expect(nodes).to.deep.equal([
      { id: 'service:orders', kind: 'service', name: 'orders', spans: 3, errors: 0, processing: { p50Us: 20_000, p99Us: 20_000 } },
      { id: 'service:shop', kind: 'service', name: 'shop', spans: 1, errors: 0 },
      { id: 'service:fulfilment', kind: 'service', name: 'fulfilment', spans: 3, errors: 2, processing: { p50Us: 4_000, p99Us: 8_000 } },
      { id: 'service:reports', kind: 'service', name: 'reports', spans: 1, errors: 0, processing: { p50Us: 15_000, p99Us: 15_000 } },
      { id: 'topic:orders.placed', kind: 'topic', name: 'orders.placed', spans: 5, errors: 2, processing: { p50Us: 8_000, p99Us: 15_000 } },
      {
        id: 'topic:orders.placed.fulfilment.dead-letter',
        kind: 'topic',
        name: 'orders.placed.fulfilment.dead-letter',
        spans: 1,
        errors: 0,
      },
    ]);
    expect(edges).to.deep.equal([
      { from: 'service:fulfilment', to: 'topic:orders.placed.fulfilment.dead-letter', count: 1, errors: 0 },
      { from: 'service:orders', to: 'topic:orders.placed', count: 1, errors: 0 },
      { from: 'service:shop', to: 'topic:orders.placed', count: 1, errors: 0 },
      // The second attempt waited for its retry, which is no time in the queue.
      { from: 'topic:orders.placed', to: 'service:fulfilment', count: 2, errors: 2, queueTime: { p50Us: 20_000, p99Us: 20_000 } },
      // One time for each message of the batch whose sender is here.
      { from: 'topic:orders.placed', to: 'service:reports', count: 1, errors: 0, queueTime: { p50Us: 23_000, p99Us: 30_000 } },
    ]);
  });

  it('knows messaging by the names of the semantic conventions, new and old, and by the kind of the span', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const [name, attributes, kind] of [
      ['new', { ...topic, 'messaging.operation.type': 'send' }, 'client'],
      ['old', { 'messaging.destination': 'orders.placed', 'messaging.operation': 'publish' }, 'producer'],
      ['named', { ...topic, 'messaging.operation.name': 'send' }, 'internal'],
      ['kind', topic, 'producer'],
    ] as const) {
      await tell(studio, { ...base, trace: name, service: name, kind, attributes });
    }
    for (const [name, attributes, kind] of [
      ['new', { ...topic, 'messaging.operation.type': 'process' }, 'consumer'],
      ['old', { 'messaging.destination': 'orders.placed', 'messaging.operation': 'deliver' }, 'consumer'],
      ['kind', topic, 'consumer'],
    ] as const) {
      await tell(studio, { ...base, trace: name, id: 'taken', service: `${name}-taker`, kind, attributes });
    }
    // None of these moves a message.
    for (const [name, attributes, kind] of [
      ['create', { ...topic, 'messaging.operation.type': 'create' }, 'producer'],
      ['settle', { ...topic, 'messaging.operation.type': 'settle' }, 'client'],
      ['other', { ...topic, 'messaging.operation.type': 'constructor' }, 'producer'],
      ['nowhere', { 'messaging.operation.type': 'send' }, 'producer'],
      ['empty', { ...topic, 'messaging.destination.name': '', 'messaging.operation.type': 'send' }, 'producer'],
      ['inside', topic, 'internal'],
    ] as const) {
      await tell(studio, { ...base, trace: name, service: name, kind, attributes });
    }
    expect(ways(await flow(studio))).to.deep.equal([
      'service:kind > topic:orders.placed 1',
      'service:named > topic:orders.placed 1',
      'service:new > topic:orders.placed 1',
      'service:old > topic:orders.placed 1',
      'topic:orders.placed > service:kind-taker 1',
      'topic:orders.placed > service:new-taker 1',
      'topic:orders.placed > service:old-taker 1',
    ]);
  });

  it('counts what a service received once, whether it says how it worked on it or not', async () => {
    await using studio = await startStudio({ port: 0 });
    const receive = { ...topic, 'messaging.operation.type': 'receive' };
    const taken = { ...base, kind: 'consumer' as const };
    await tell(
      studio,
      { ...taken, id: 'poll', service: 'both', attributes: receive },
      { ...taken, id: 'work', service: 'both', attributes: { ...topic, 'messaging.operation.type': 'process' } },
      { ...taken, id: 'only', service: 'only', attributes: receive },
    );
    expect(ways(await flow(studio))).to.deep.equal(['topic:orders.placed > service:both 1', 'topic:orders.placed > service:only 1']);
  });

  it('takes the time in the queue from a parent or a link, also in another trace, and never as less than nothing', async () => {
    await using studio = await startStudio({ port: 0 });
    const process = { kind: 'consumer' as const, attributes: { ...topic, 'messaging.operation.type': 'process' } };
    await tell(
      studio,
      { ...base, trace: 'a', id: 'sent', kind: 'producer', at: 0, for: 5, attributes: topic },
      // The parent is linked to as well: it is one message.
      { ...base, ...process, trace: 'a', id: 'parent', parent: 'sent', service: 'parent', at: 9, links: [{ trace: 'a', id: 'sent' }] },
      {
        ...base,
        ...process,
        trace: 'b',
        id: 'link',
        service: 'link',
        at: 16,
        links: [
          { trace: 'a', id: 'sent' },
          { trace: 'gone', id: 'x' },
        ],
      },
      { ...base, ...process, trace: 'a', id: 'early', parent: 'sent', service: 'early', at: 3 },
      { ...base, ...process, trace: 'a', id: 'alone', parent: 'root', service: 'alone', at: 3 },
    );
    const { edges } = await flow(studio);
    const times = edges.filter(({ from }) => from.startsWith('topic:')).map(({ to, queueTime }) => [to, queueTime?.p50Us]);
    expect(times).to.deep.equal([
      ['service:alone', undefined],
      ['service:early', 0],
      ['service:link', 11_000],
      ['service:parent', 4_000],
    ]);
  });

  it("takes the time in the queue of a second hop from its own send, and not from its trace's origin", async () => {
    await using studio = await startStudio({ port: 0 });
    const origin = { trace: 'a', id: 'first', attributes: { 'tracelink.link.kind': 'origin' } };
    await tell(
      studio,
      { ...base, trace: 'a', id: 'first', kind: 'producer', at: 0, for: 5, attributes: topic },
      { ...base, trace: 'a', id: 'second', parent: 'first', kind: 'producer', at: 1_000, for: 5, attributes: topic },
      {
        ...base,
        trace: 'a',
        id: 'taken',
        parent: 'second',
        service: 'stock',
        kind: 'consumer',
        at: 1_009,
        attributes: { ...topic, 'messaging.operation.type': 'process' },
        links: [{ trace: 'a', id: 'second' }, origin],
      },
    );
    const { edges } = await flow(studio);
    expect(edges.find(({ to }) => to === 'service:stock')?.queueTime).to.deep.equal({ p50Us: 4_000, p99Us: 4_000 });
  });

  it('takes the time in the queue from the hop that broke a trace, and not from what was sent before it', async () => {
    await using studio = await startStudio({ port: 0 });
    const broken = { trace: 'before', id: 'sent', attributes: { 'tracelink.link.kind': 'broken_trace' } };
    const taken: ToldSpan = {
      ...base,
      trace: 'hop',
      id: 'taken',
      service: 'stock',
      kind: 'consumer',
      at: 1_009,
      attributes: { ...topic, 'messaging.operation.type': 'process' },
      links: [{ trace: 'hop', id: 'hop' }, broken],
      events: [{ name: 'tracelink.trace.broken', at: 1_009 }],
    };
    await tell(
      studio,
      { ...base, trace: 'before', id: 'sent', kind: 'producer', at: 0, for: 5, attributes: topic },
      { ...base, trace: 'hop', id: 'hop', kind: 'producer', at: 1_000, for: 5, attributes: topic },
      { ...taken, parent: 'hop' },
      // The spans of its hop are not here.
      { ...taken, trace: 'other hop', service: 'mail', links: [{ trace: 'other hop', id: 'hop' }, broken] },
    );
    const { edges } = await flow(studio);
    const times = edges
      .filter(({ from }) => from.startsWith('topic:'))
      .map(({ to, queueTime }) => [to, queueTime?.p50Us, queueTime?.p99Us]);
    expect(times).to.deep.equal([
      ['service:mail', undefined, undefined],
      ['service:stock', 4_000, 4_000],
    ]);
  });

  for (const [version, named] of Object.entries(namings))
    it(`takes the time in the queue of a message that was created first from when it was sent, where that is here, by names of ${version}`, async () => {
      await using studio = await startStudio({ port: 0 });
      const of = (operation: string): ToldSpan['attributes'] & object => named(operation, { offset: 7 });
      const created = { ...base, kind: 'producer' as const, for: 1, attributes: of('create') };
      await tell(
        studio,
        { ...created, id: 'one' },
        { ...created, id: 'two' },
        { ...base, id: 'sent', kind: 'client', at: 20, for: 5, attributes: of('send'), links: [{ trace: 'base', id: 'one' }] },
        { ...base, id: 'a', parent: 'one', kind: 'consumer', service: 'a', at: 40, attributes: of('process') },
        { ...base, id: 'dead', kind: 'client', at: 45, for: 1, attributes: of('send'), links: [{ trace: 'base', id: 'two' }] },
        { ...base, id: 'b', parent: 'two', kind: 'consumer', service: 'b', at: 40, attributes: of('process') },
      );
      const { edges } = await flow(studio);
      expect(edges.filter(({ queueTime }) => queueTime).map(({ to, queueTime }) => [to, queueTime?.p50Us])).to.deep.equal([
        ['service:a', 15_000],
        ['service:b', 39_000],
      ]);
    });

  it('takes the time in the queue of a message that its send links to more often than a call takes arguments', async () => {
    await using studio = await startStudio({ port: 0 });
    const of = (type: string): ToldSpan['attributes'] & object => ({ ...topic, 'messaging.operation.type': type });
    const links = Array.from({ length: 150_000 }, () => ({ trace: 'base', id: 'created' }));
    await tell(
      studio,
      { ...base, id: 'created', kind: 'producer', for: 1, attributes: of('create') },
      { ...base, id: 'sent', kind: 'client', at: 20, for: 5, attributes: of('send'), links },
      { ...base, id: 'taken', parent: 'created', kind: 'consumer', service: 'stock', at: 40, attributes: of('process') },
    );
    const { edges } = await flow(studio);
    expect(edges.find(({ to }) => to === 'service:stock')?.queueTime?.p50Us).to.equal(15_000);
  });

  it('draws a call from a service to another, and none inside of a service', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      { ...base, service: 'shop' },
      { ...base, id: 'inside', parent: 'root', service: 'shop' },
      { ...base, id: 'call', parent: 'inside', error: 'no' },
    );
    expect((await flow(studio)).edges).to.deep.equal([{ from: 'service:shop', to: 'service:orders', count: 1, errors: 1 }]);
  });

  it('is of the spans that began since a time, and has measured values as its percentiles', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, ...Array.from({ length: 200 }, (_, index) => ({ ...base, id: String(index), at: index, for: index + 1 })));
    const all = await flow(studio);
    expect(all.nodes[0]).to.deep.include({ spans: 200, processing: { p50Us: 100_000, p99Us: 198_000 } });
    const sinceUs = Date.UTC(2026, 10, 24, 12) * 1_000 + 100_000;
    expect((await flow(studio, `?sinceUs=${sinceUs}`)).nodes[0]).to.include({ spans: 100 });
    expect(await flow(studio, '?sinceUs=9000000000000000')).to.deep.equal({ nodes: [], edges: [] });
    expect((await rawRequest(studio, '/api/flow?sinceUs=now')).status).to.equal(400);
  });
});
