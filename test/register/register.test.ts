import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { formatTrace, kafkaUnderTest, OtlpReceiver, type KafkaUnderTest, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { skipped } from '../clients/support/skipped.ts';

/** Programs that know nothing of tracing, and the library whose clients each has. */
const programs: Readonly<Record<string, string>> = {
  'kafkajs.mjs': 'kafkajs',
  'kafkajs.cjs': 'kafkajs',
  'confluent.cjs': '@confluentinc/kafka-javascript',
  'platformatic.mjs': '@platformatic/kafka',
};
const both = ['@tracelink/sdk/register', '@tracelink/kafka/register'];

describe('@tracelink/kafka/register', () => {
  let kafka: KafkaUnderTest;
  let receiver: OtlpReceiver;
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
  });
  beforeEach('receive spans', async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(() => receiver.stop());
  after('stop what was started', () => kafka.stop());

  /** Runs a program to its end. @returns the spans on its topic, by name */
  async function run(program: string, imports: readonly string[]): Promise<{ topic: string; spans: readonly ReceivedSpan[] }> {
    const topic = await kafka.createTopic({ partitions: 1 });
    const flags = imports.flatMap((name) => ['--import', name]);
    const args = [...flags, join(import.meta.dirname, 'programs', program), kafka.brokers.join(','), topic];
    const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_METRICS_EXPORTER: 'none' };
    const child = spawn(process.execPath, ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning', ...args], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    const [code] = await once(child, 'close');
    expect(code, output).to.equal(0);
    expect(output).to.not.include('tracelink');
    return { topic, spans: receiver.spans.filter(({ name }) => name.endsWith(topic)) };
  }

  for (const [program, library] of Object.entries(programs)) {
    if (!isInstalled(library)) continue;

    it(`traces the clients of ${program}, which was never changed`, async () => {
      const { topic, spans } = await run(program, both);
      const [sent, processed] = [`send ${topic}`, `process ${topic}`].map((name) => spans.filter((span) => span.name === name));
      expect(sent, formatTrace(spans)).to.have.length(1);
      expect(processed, formatTrace(spans)).to.have.length(1);
      expect(processed?.[0]?.parentSpanId).to.equal(sent?.[0]?.spanId);
      expect(processed?.[0]?.traceId).to.equal(sent?.[0]?.traceId);
    }).timeout(60_000);
  }

  it('is what traces them', async () => {
    expect((await run('kafkajs.mjs', ['@tracelink/sdk/register'])).spans).to.deep.equal([]);
  }).timeout(60_000);

  it('leaves its options to a client that the program wraps itself', async () => {
    const { topic, spans } = await run('wrapped.mjs', both);
    const sent = spans.filter(({ name }) => name === `send ${topic}`);
    expect(sent.map(({ attributes }) => [attributes['messaging.system'], attributes['messaging.system.name']])).to.deep.equal([
      ['kafka', undefined],
      ['kafka', undefined],
    ]);
  }).timeout(60_000);

  it('adds nothing to what subscribe traces itself', async () => {
    const { topic, spans } = await run('subscribed.mjs', both);
    expect(
      spans.filter(({ name }) => name === `process ${topic}`),
      formatTrace(spans),
    ).to.have.length(1);
    expect(spans.filter(({ name }) => name === `send ${topic}`)).to.have.length(1);
  }).timeout(60_000);

  it('adds nothing to what subscribe traces itself on @platformatic/kafka', async () => {
    const { topic, spans } = await run('subscribed-platformatic.mjs', both);
    const names = spans.map(({ name }) => name);
    expect(names.toSorted(), formatTrace(spans)).to.deep.equal([`process ${topic}`, `send dead.${topic}`, `send ${topic}`]);
  }).timeout(60_000);
});

function isInstalled(library: string): boolean {
  try {
    createRequire(import.meta.url)(library);
    return true;
  } catch (error) {
    skipped(`@tracelink/kafka/register with ${library}`, error);
    return false;
  }
}
