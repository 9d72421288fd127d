import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useCommand } from '../support/command.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('tracelink-kafka doctor', () => {
  let kafka: EmbeddedKafka;
  const { start, run, ended } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, shipments: 1, empty: 1 } });
    append('orders', { traceparent });
    append('shipments', { traceparent: '\u001b[31m"quoted' }, '\u001b]0;title\u0007');
  });
  afterEach(() => kafka.stop());

  function append(topic: string, headers: Record<string, string>, key = 'k'): void {
    kafka.topic(topic).append(0, [{ key, value: 'v', headers }]);
  }

  it('exits with 0 where nothing is wrong', async () => {
    const { code, out, err } = await run('doctor', '--topic', 'orders', '--topic', 'empty');
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n')).to.deep.equal([
      '✓ empty: empty',
      '✓ orders: 1 record, 1 with a context; written by W3C (OpenTelemetry, Micrometer) 1; formats w3c 1',
      '1 record of 2 topics read: nothing found',
      '',
    ]);
  });

  it('exits with 1 and says what is wrong, what it does and the fix, without control characters', async () => {
    const { code, out } = await run('doctor');
    expect(code).to.equal(1);
    // oxlint-disable-next-line no-control-regex
    expect(out).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(out.split('\n').slice(2)).to.deep.equal([
      '✗ shipments: 1 record, 0 with a context; written by W3C (OpenTelemetry, Micrometer) 1',
      '  context-malformed: A trace header cannot be read. 1 record, 100 %',
      '    effect: Readers find no context and begin a new trace.',
      '    fix:    Write it with a propagator instead of by hand.',
      '    docs:   https://github.com/tracelink/tracelink/blob/main/docs/headers.md#formats',
      '    such as 0/0 key base64:G10wO3RpdGxlBw==: traceparent: malformed (\\u001b[31m"quoted)',
      '',
      '2 records of 3 topics read: 1 of 3 topics with findings',
      '',
    ]);
  });

  it('prints the same as JSON, and neither keys nor values where it redacts', async () => {
    const { code, out } = await run('doctor', '--json', '--topic', 'shipments');
    expect(code).to.equal(1);
    const { topics } = JSON.parse(out) as { topics: { findings: { rule: string; examples: object[] }[] }[] };
    expect(topics[0]?.findings[0]?.examples).to.deep.equal([
      { partition: 0, offset: '0', seen: 'traceparent: malformed', value: '\u001b[31m"quoted', key: 'base64:G10wO3RpdGxlBw==' },
    ]);
    const redacted = await run('doctor', '--json', '--redact', '--topic', 'shipments');
    expect(redacted.out).to.include('context-malformed').and.not.include('quoted').and.not.include('G10wO3');
  });

  it('exits with 2 where it cannot look', async () => {
    const missing = await run('doctor', '--topic', 'nowhere');
    expect([missing.code, missing.out]).to.deep.equal([2, '']);
    expect(missing.err).to.match(/^tracelink-kafka: \[topic_missing\]/);
    const misspelt = await run('doctor', '--group', 'nobody');
    expect([misspelt.code, misspelt.out]).to.deep.equal([2, '']);
    expect(misspelt.err).to.match(/^tracelink-kafka: \[group_missing\]/);
    expect((await run('doctor', '--last', '0')).code).to.equal(2);
    expect((await run('doctor', '--last', '-1')).err)
      .to.include('--last')
      .and.not.include('\\n');
    expect((await run('doctor', '--from', 'orders')).err).to.include("Unknown option '--from'");
  });

  it('exits with 2 and calls no topic empty or healthy of which the broker gives no records', async () => {
    kafka.fault({ api: 'Fetch', times: Number.POSITIVE_INFINITY }, { error: 'NOT_LEADER_OR_FOLLOWER' });
    const { code, out } = await run('doctor', '--topic', 'orders', '--topic', 'empty');
    expect(out.split('\n')).to.deep.equal([
      '✓ empty: empty',
      '? orders: no record read',
      '  not read to the end: 1 partition',
      '0 records of 2 topics read, 1 of 2 topics not to the end: nothing found',
      '',
    ]);
    expect(code).to.equal(2);
  });

  it('asks Tempo for the traces as the tenant, and exits with 2 where it does not answer as one', async () => {
    const asked: (string | string[] | undefined)[] = [];
    // Of a trace that it does not have, by the documentation of Tempo 3.0.3.
    const tempo = createHttpServer(({ url, headers }, response) => {
      asked.push(url, headers['x-scope-orgid']);
      response.end(url?.startsWith('/tempo/api/v2/') === true ? '{"trace":{},"metrics":{}}' : '<!doctype html>');
    }).listen(0, '127.0.0.1');
    await once(tempo, 'listening');
    const url = `http://127.0.0.1:${(tempo.address() as AddressInfo).port}`;
    // Of two records of one trace it asks about one.
    for (const timestamp of [Date.now() - 60_000, Date.now() - 61_000])
      kafka.topic('empty').append(0, [{ value: 'v', headers: { traceparent }, timestamp }]);
    const { code, out } = await run('doctor', '--topic', 'empty', '--tempo', `${url}/tempo`, '--tenant', 'shop');
    expect(out).to.include('trace-unknown').and.include(' 1 record, 100 % of 1 asked for\n').and.include('1 of 1 traces');
    expect([code, ...asked.splice(0)]).to.deep.equal([1, `/tempo/api/v2/traces/${'a'.repeat(32)}`, 'shop']);
    const wrong = await run('doctor', '--topic', 'empty', '--tempo', url);
    expect([wrong.code, wrong.out]).to.deep.equal([2, '']);
    expect(wrong.err).to.match(/^tracelink-kafka: \[back_end\] The back end has no trace in its answer to /);
    expect((await run('doctor', '--tempo', 'localhost:3200')).code).to.equal(2);
    tempo.close();
    tempo.closeAllConnections();
  });

  it('exits with 2, and says so, where there was no trace to ask the back end for, or no topic to look at', async () => {
    const fresh = await run('doctor', '--topic', 'orders', '--studio', 'http://127.0.0.1:1');
    expect([fresh.code, fresh.out.split('\n').at(-2)]).to.deep.equal([
      2,
      '1 record of 1 topic read, the back end asked for no trace: no record older than half a minute names one: nothing found',
    ]);
    await using empty = await EmbeddedKafka.start();
    const nothing = await run('doctor', '--brokers', empty.brokers.join(','));
    expect([nothing.code, nothing.out]).to.deep.equal([2, '']);
    expect(nothing.err).to.match(/^tracelink-kafka: \[topic_missing\] There is no topic to look at/);
  });

  for (const command of ['doctor', 'dead-letters'])
    it(`exits with 130 at once when Ctrl-C is pressed before a broker has answered: ${command}`, async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const child = start(command, '--brokers', `127.0.0.1:${(silent.address() as AddressInfo).port}`);
      const [socket] = (await once(silent, 'connection')) as [Socket];
      const startedAt = performance.now();
      child.kill('SIGINT');
      const { code, out, err } = await ended(child);
      expect([code, out, err]).to.deep.equal([130, '', '']);
      // kafkajs alone would try for 8 s and more.
      expect(performance.now() - startedAt).to.be.below(6_000);
      socket.destroy();
      silent.close();
    });

  it('leaves no error behind when no one reads its output', async () => {
    const child = start('doctor', '--json');
    child.stdout.destroy();
    const [[code], err] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    expect([code, err]).to.deep.equal([1, '']);
  });
});

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  let all = '';
  for await (const part of stream) all += String(part);
  return all;
}
