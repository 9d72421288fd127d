import { createRequire } from 'node:module';
import { formatTrace, kafkaUnderTest, type KafkaUnderTest, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { Programs } from './support/registered.ts';

const both = ['@tracelink/sdk/register', '@tracelink/kafka/register'];
const sendsOf = (topic: string, spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] =>
  spans.filter(({ name }) => name === `send ${topic}`);

describe('@tracelink/kafka/register', () => {
  let kafka: KafkaUnderTest;
  let programs: Programs;
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
    programs = new Programs(kafka);
  });
  after('stop what was started', () => kafka.stop());

  it('is what traces Kafka', async () => {
    expect((await programs.run('plain.cjs', { imports: ['@tracelink/sdk/register'] })).spans).to.deep.equal([]);
  });

  it('leaves its options to a client that the program wraps itself', async () => {
    const { topic, spans } = await programs.run('wrapped.mjs', { imports: both });
    expect(
      sendsOf(topic, spans).map(({ attributes }) => [attributes['messaging.system'], attributes['messaging.system.name']]),
    ).to.deep.equal([
      ['kafka', undefined],
      ['kafka', undefined],
    ]);
  });

  it('adds nothing to what subscribe traces itself', async () => {
    const { topic, spans } = await programs.run('subscribed.mjs', { imports: both });
    expect(
      spans.filter(({ name }) => name === `process ${topic}`),
      formatTrace(spans),
    ).to.have.length(1);
    expect(sendsOf(topic, spans)).to.have.length(1);
  });

  it('adds nothing to what subscribe traces itself on @platformatic/kafka', async () => {
    const { topic, spans } = await programs.run('subscribed-platformatic.mjs', { imports: both });
    const names = spans.map(({ name }) => name).toSorted();
    expect(names, formatTrace(spans)).to.deep.equal([`process ${topic}`, `send dead.${topic}`, `send ${topic}`]);
  });

  it('traces what the program asks of a client of @platformatic/kafka, and not what the library’s streams and transactions do', async () => {
    const { topic, spans } = await programs.run('own-calls-platformatic.mjs', { imports: both });
    const named = (operation: string) => spans.filter(({ name }) => name === `${operation} ${topic}`);
    expect(named('send').map(({ attributes }) => attributes['kafka.message.key'])).to.deep.equal(['first', 'transaction']);
    expect(named('commit'), formatTrace(spans)).to.have.length(1);
    expect(named('process')).to.have.length(3);
    expect(spans).to.have.length(6);
  });

  it('traces once where both of its module systems were loaded', async () => {
    const { topic, spans, output } = await programs.run('plain.cjs', {
      imports: both,
      flags: ['--require', '@tracelink/kafka/register'],
    });
    expect(sendsOf(topic, spans)).to.have.length(1);
    expect(spans, formatTrace(spans)).to.have.length(2);
    expect(output).to.not.include('TRACELINK');
  });

  it('says once what is missing where no SDK was started by the first message', async () => {
    const { spans, output } = await programs.run('plain.cjs', { imports: ['@tracelink/kafka/register'] });
    expect(spans).to.deep.equal([]);
    expect(output.match(/TRACELINK_NO_SDK/g), output).to.have.length(1);
    expect(output).to.include('no OpenTelemetry SDK is started').and.include('node --import @tracelink/register main.js');
  });

  for (const variable of ['OTEL_SDK_DISABLED=true', 'OTEL_TRACES_EXPORTER=none'])
    it(`says nothing where ${variable} asks for that`, async () => {
      const [name = '', value = ''] = variable.split('=');
      const { output } = await programs.run('plain.cjs', { imports: both, env: { [name]: value } });
      expect(output).to.equal('');
    });

  it('waits for an SDK that the program starts after its clients are made', async () => {
    const { topic, spans, output } = await programs.run('started-late.cjs', { imports: ['@tracelink/kafka/register'] });
    expect(sendsOf(topic, spans)).to.have.length(1);
    expect(output).to.equal('');
  });

  it('traces the clients of a library that was loaded before, and says that earlier ones are not', async () => {
    const { topic, spans, output } = await programs.run('plain.cjs', { imports: ['kafkajs', ...both] });
    expect(sendsOf(topic, spans)).to.have.length(1);
    expect(output.match(/TRACELINK_LOADED_EARLY/g), output).to.have.length(1);
    expect(output).to.include('kafkajs was loaded before @tracelink/kafka/register');
  });

  it('runs its hooks in the thread of the program, and so does the SDK', async () => {
    const flags = ['--require', createRequire(import.meta.url).resolve('./imports/without-loader-thread.cjs')];
    const { topic, spans, output } = await programs.run('plain.cjs', { imports: both, flags });
    expect(sendsOf(topic, spans)).to.have.length(1);
    expect(output).to.equal('');
  });
});
