import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation, type KafkaPropagation, type Vendor } from '@tracelink/propagation';
import { kafkaUnderTest, SpanRecorder, type KafkaUnderTest, type RecordedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { keptRuns } from './fixture.ts';
import { isSameTrace } from './wire.ts';

/** What the agent alone wrote into a record, where it writes headers that only it reads. */
interface Written {
  readonly agent: string;
  /** Of the request that sent. */
  readonly traceId: string;
  readonly headers: Readonly<Record<string, string>>;
}

const vendorOf: Readonly<Record<string, Vendor>> = { Datadog: 'datadog', Instana: 'instana', Sentry: 'sentry' };
const ofVendor = /^(?:x-datadog-|X_INSTANA_|sentry-trace$)/;

const records: readonly Written[] = [...keptRuns.read().values()].flatMap(({ agent, runs }) => {
  const run = runs.find(({ mode, records: { sent } }) => mode === 'no SDK' && sent.some(([name]) => ofVendor.test(name)));
  return run?.seen.traces.agent === undefined
    ? []
    : [
        {
          agent,
          traceId: run.seen.traces.agent,
          headers: Object.fromEntries(run.records.sent.map(([name, value]) => [name, value ?? ''])),
        },
      ];
});

describe('a record of a service under an agent, forwarded with its headers', () => {
  const spans = new SpanRecorder();
  let kafka: KafkaUnderTest;
  before('start a broker', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    kafka = await kafkaUnderTest();
  });
  after('stop what was started', async () => {
    await kafka.stop();
    context.disable();
  });
  afterEach('every span is taken, none is left', () => spans.assertDone());

  /** What stands in the record behind our service, and the span that sent it. */
  async function forwarded(headers: IHeaders, propagation: KafkaPropagation): Promise<{ received: IHeaders; send: RecordedSpan }> {
    const options = { tracerProvider: new TracerProvider({ spanProcessors: [spans] }), propagation };
    const [into, out] = [await kafka.createTopic(), await kafka.createTopic()];
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer();
    const consumers = [client.consumer({ groupId: kafka.groupId() }), client.consumer({ groupId: kafka.groupId() })] as const;
    await Promise.all([producer, ...consumers].map((each) => each.connect()));
    await producer.send({ topic: into, messages: [{ value: 'order', headers }] });
    const [ours, behind] = consumers;
    await ours.subscribe({ topic: into, fromBeginning: true });
    await behind.subscribe({ topic: out, fromBeginning: true });
    const wrapped = wrapProducer(producer, options);
    await wrapConsumer(ours, options).run({
      eachMessage: async ({ message }) => {
        await wrapped.send({ topic: out, messages: [{ value: message.value, headers: message.headers ?? {} }] });
      },
    });
    const { promise, resolve } = Promise.withResolvers<IHeaders>();
    await behind.run({ eachMessage: async ({ message }) => resolve(message.headers ?? {}) });
    const received = await promise;
    await Promise.all([producer, ...consumers].map((each) => each.disconnect()));
    const send = spans.take(`send ${out}`);
    spans.take(`process ${into}`);
    return { received, send };
  }

  it('is of each agent that has headers of its own', () => {
    expect(records.map(({ agent }) => agent)).to.have.members(Object.keys(vendorOf));
  });

  for (const { agent, traceId, headers } of records) {
    const names = Object.keys(headers).filter((name) => ofVendor.test(name));

    it(`has none of ${agent}’s headers, and the span that sends it is linked to what they named`, async () => {
      const { received, send } = await forwarded(headers, kafkaPropagation({ inject: ['w3c'] }));
      expect(received).to.include.all.keys('mine', 'traceparent').and.not.have.any.keys(names);
      expect(send.links).to.have.lengthOf(1);
      expect(isSameTrace(send.links[0]?.context.traceId, traceId)).to.equal(true);
    });

    it(`has ${agent}’s headers as they came where its propagation keeps them`, async () => {
      const vendor = vendorOf[agent] as Vendor;
      const { received } = await forwarded(headers, kafkaPropagation({ inject: ['w3c'], keep: [vendor] }));
      for (const name of names) expect(String(received[name])).to.equal(headers[name]);
      expect(received).to.include.all.keys('mine', 'traceparent');
    });
  }
});
