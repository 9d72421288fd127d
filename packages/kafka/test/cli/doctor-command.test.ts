import { once } from 'node:events';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useCommand } from '../support/command.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('tracelink-kafka doctor', () => {
  let kafka: EmbeddedKafka;
  const { start, run } = useCommand(() => kafka.brokers);
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
      '✓ orders: 1 records, 1 with a context; written by W3C (OpenTelemetry, Micrometer) 1; formats w3c 1',
      '2 records of 2 topics read: nothing found'.replace('2 records', '1 records'),
      '',
    ]);
  });

  it('exits with 1 and says what is wrong, what it does and what mends it, without control characters', async () => {
    const { code, out } = await run('doctor');
    expect(code).to.equal(1);
    // oxlint-disable-next-line no-control-regex
    expect(out).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(out.split('\n').slice(2)).to.deep.equal([
      '✗ shipments: 1 records, 0 with a context; written by W3C (OpenTelemetry, Micrometer) 1',
      '  context-malformed: A trace header cannot be read. 1 records, 100 %',
      '    effect: Readers find no context and begin a new trace.',
      '    fix:    Write it with a propagator instead of by hand.',
      '    docs:   docs/headers.md#formats',
      '    such as 0/0 key base64:G10wO3RpdGxlBw==: traceparent: malformed (\\u001b[31m"quoted)',
      '',
      '2 records of 3 topics read: 1 of 3 topics have findings',
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
    expect((await run('doctor', '--last', '0')).code).to.equal(2);
    expect((await run('doctor', '--from', 'orders')).err).to.include("Unknown option '--from'");
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
