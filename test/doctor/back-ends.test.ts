import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { diagnose, jaegerBackEnd, studioBackEnd, type DiagnoseOptions, type TraceBackEnd } from '@tracelink/kafka/doctor';
import { startStudio, type Studio } from '@tracelink/studio';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { keptRuns as agents } from '../agents/fixture.ts';
import { writeRecords } from '../recorded/write-records.ts';

const [known, unknown, fresh, unsampled] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [string, string, string, string];
const aMinuteAgo = Date.now() - 60_000;

describe('diagnose with a back end', () => {
  let kafka: KafkaUnderTest;
  let studio: Studio;
  let client: Kafka;
  let topic: string;
  before(async () => {
    kafka = await kafkaUnderTest();
    studio = await startStudio({ port: 0 });
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    topic = await kafka.createTopic();
    const producer = client.producer();
    await producer.connect();
    const message = (traceId: string, timestamp: number, flags = '01') => ({
      value: 'v',
      timestamp: String(timestamp),
      headers: { traceparent: `00-${traceId}-${'1'.repeat(16)}-${flags}` },
    });
    const messages = [
      message(known, aMinuteAgo),
      message(unknown, aMinuteAgo),
      message(unknown, aMinuteAgo),
      message(fresh, Date.now()),
      message(unsampled, aMinuteAgo, '00'),
    ];
    await producer.send({ topic, messages });
    await producer.disconnect();
    const span = { traceId: known, spanId: '1'.repeat(16), name: 'send orders', kind: 4, startTimeUnixNano: '1', endTimeUnixNano: '2' };
    const response = await fetch(`${studio.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(response.status).to.equal(200);
  });
  after(async () => {
    await studio.stop();
    await kafka.stop();
  });

  const failureOf = (options: DiagnoseOptions): Promise<unknown> =>
    diagnose(client, { topics: [topic], ...options }).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('finds sampled traces that the back end does not have, but for those of the last half minute', async () => {
    const asked: string[] = [];
    const there = studioBackEnd(studio.url);
    const backEnd: TraceBackEnd = { hasTrace: (traceId) => (asked.push(traceId), there.hasTrace(traceId)) };
    const { topics } = await diagnose(client, { topics: [topic], backEnd });
    expect(asked).to.deep.equal([known, unknown]);
    expect(topics[0]?.findings.map(({ rule, records, examples }) => [rule, records, examples])).to.deep.equal([
      ['trace-unknown', 1, [{ partition: 0, offset: '1', seen: '1 of 2 traces' }]],
    ]);
    expect((await diagnose(client, { topics: [topic] })).healthy).to.equal(true);
  });

  for (const agent of ['dd-trace', 'sentry'])
    it(`asks for tracelink’s traces and for no one of an agent beside it: ${agent}`, async () => {
      const runs =
        agents
          .read()
          .get(agent)
          ?.runs.filter(({ mode }) => mode === 'beside') ?? [];
      const records = runs.flatMap(({ records: { sent, subscribed } }) => [sent, subscribed]);
      const ours = records.map((headers) => String(new Map(headers).get('b3')).slice(0, 32));
      const sentBeside = await kafka.createTopic();
      await writeRecords(kafka.brokers, new Map([[sentBeside, records.map((headers) => ({ headers, timestamp: aMinuteAgo }))]]));
      const asked: string[] = [];
      const backEnd: TraceBackEnd = { hasTrace: async (traceId) => (asked.push(traceId), ours.includes(traceId)) };
      const { topics } = await diagnose(client, { topics: [sentBeside], backEnd });
      expect(asked).to.have.members([...new Set(ours)]);
      expect(topics[0]?.findings.map(({ rule }) => rule))
        .to.include('two-vendors')
        .and.not.include('trace-unknown');
    });

  for (const [name, backEndAt, probe, answer] of [
    ['Jaeger', jaegerBackEnd, '/api/v3/services', '{"services":[]}'],
    ['@tracelink/studio', studioBackEnd, '/api/traces?limit=1', '{"traces":[]}'],
  ] as const)
    it(`calls no trace unknown where another server answers 404: ${name}`, async () => {
      let isThere = false;
      const asked: string[] = [];
      const server = createServer(({ url = '' }, response) => {
        asked.push(url);
        response.writeHead(url === probe && isThere ? 200 : 404).end(answer);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const error = await failureOf({ backEnd: backEndAt(address) });
      expect(error).to.include({ code: 'back_end' });
      expect((error as Error).message).to.include(`There is no ${name} at this address: it does not answer as one to ${address}${probe}.`);
      isThere = true;
      const backEnd = backEndAt(address);
      asked.length = 0;
      expect([await backEnd.hasTrace(known), await backEnd.spans?.(known)]).to.deep.equal([false, []]);
      expect(asked.filter((url) => url === probe)).to.have.length(1);
      server.close();
      server.closeAllConnections();
    });

  it('rejects where the back end does not answer, or with something else', async () => {
    const broken = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
    await once(broken, 'listening');
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    expect(await failureOf({ backEnd: jaegerBackEnd(url) }))
      .to.have.property('message')
      .that.includes('answered 503');
    broken.close();
    broken.closeAllConnections();
    expect(await failureOf({ backEnd: jaegerBackEnd(url) })).to.include({ code: 'back_end' });
    expect(() => jaegerBackEnd('localhost')).to.throw('http://localhost:16686');
  });
});
