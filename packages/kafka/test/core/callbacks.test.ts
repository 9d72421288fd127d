import { setImmediate as turn } from 'node:timers/promises';
import { kafkaPropagation, type KafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { ConsumerOptions, ProducerOptions } from '../../src/telemetry/options.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const sent = {
  topic: 'orders',
  messages: [
    { key: 'k', value: '1' },
    { key: 'k', value: '2' },
  ],
};
const headers = { traceparent: a.traceparent, mine: 'kept' };

/** An unhandled rejection fails the current test: mocha listens for them. They are reported after the microtasks. */
async function rejectionsAreHandled(): Promise<void> {
  await turn();
  await turn();
}

describe('a callback that returns a promise', () => {
  const { spans, warnings } = useTracing();

  const rejects = (text: string) => (): never => Promise.reject(new Error(text)) as never;
  const resolves = (value: unknown) => (): never => Promise.resolve(value) as never;
  const said = (text: string): number => warnings.filter((warning) => warning.includes(text)).length;

  /** Sends twice, each time two messages. */
  async function send(options: ProducerOptions): Promise<StubProducer> {
    const client = new StubProducer();
    const producer = wrapProducer(client, options);
    await producer.send(sent);
    await producer.send(sent);
    await rejectionsAreHandled();
    return client;
  }

  /** Handles two messages. @returns how often the handler ran */
  async function handle(options: ConsumerOptions): Promise<number> {
    const client = new StubConsumer();
    let handled = 0;
    await wrapConsumer(client, options).run({ eachMessage: async () => void handled++ });
    await client.deliver(received({ headers }));
    await client.deliver(received({ headers, offset: '8' }));
    await rejectionsAreHandled();
    return handled;
  }

  it('is logged once when messageKey’s promise rejects, and the key is omitted', async () => {
    await send({ messageKey: rejects('no redactor'), createSpans: true });
    for (const span of spans.takeAll()) expect(span.attributes).not.to.have.property('kafka.message.key');
    expect(await handle({ messageKey: rejects('no redactor here') })).to.equal(2);
    for (const span of spans.takeAll()) expect(span.attributes).not.to.have.property('kafka.message.key');
    expect([said('no redactor'), said('no redactor here')]).to.deep.equal([2, 1]);
  });

  it('is not accepted from messageKey, and the warning says what it must be', async () => {
    await handle({ messageKey: resolves('hash') });
    for (const span of spans.takeAll()) expect(span.attributes).not.to.have.property('kafka.message.key');
    expect(said('the messageKey option returned a promise, which is no answer: it must be a function that answers at once')).to.equal(1);
  });

  it('is logged once when a producer’s relation rejects, and no header is written', async () => {
    const client = await send({ relation: rejects('no sent relation'), propagation: kafkaPropagation({ inject: ['w3c'] }) });
    expect(client.lastHeaders.map((each) => Object.keys(each as object))).to.deep.equal(Array(2).fill(['traceparent', 'tracelink-origin']));
    expect(said('no sent relation')).to.equal(1);
    spans.takeAll();
  });

  it('is logged once when a consumer’s relation rejects, and the default counts', async () => {
    expect(await handle({ relation: rejects('no relation') })).to.equal(2);
    expect(await handle({ relation: resolves('link') })).to.equal(2);
    for (const span of spans.takeAll()) expect(ids(span.parentSpanContext)).to.deep.equal(ids(a));
    expect([said('no relation'), said('the relation option returned a promise')]).to.deep.equal([1, 2]);
  });

  it('is logged once when a hook rejects, and the span ends', async () => {
    await send({ onSend: rejects('no onSend') });
    expect(await handle({ onProcess: rejects('no onProcess') })).to.equal(2);
    expect(spans.takeAll()).to.have.length(4);
    expect([said('no onSend'), said('no onProcess')]).to.deep.equal([1, 1]);
  });

  it('is logged once when it is part of a propagation, and messages pass unchanged', async () => {
    const good = kafkaPropagation({ inject: ['w3c'] });
    const injecting = (into: () => never): KafkaPropagation => ({ ...good, injection: () => ({ into }) });
    const client = new StubProducer();
    const withHeaders = { topic: 'orders', messages: [{ value: '1', headers }] };
    for (const answer of [rejects('no propagation'), resolves({})]) {
      for (const propagation of [{ ...good, injection: answer }, injecting(answer)]) {
        const before = warnings.length;
        const producer = wrapProducer(client, { propagation });
        for (let count = 0; count < 2; count++) {
          await producer.send({ ...withHeaders, messages: [{ value: '1', headers: { mine: 'kept' } }] });
          expect(client.lastHeaders).to.deep.equal([{ mine: 'kept' }]);
        }
        expect(warnings.slice(before).join()).to.include('writing headers failed').and.include('it must answer at once');
        expect(warnings.length).to.equal(before + 1);
      }
      await wrapProducer(client, { propagation: { ...good, creationContext: answer } }).send(withHeaders);
      expect(await handle({ propagation: { ...good, extract: answer } })).to.equal(2);
    }
    await rejectionsAreHandled();
    spans.takeAll();
  });

  it('replaces the headers of one message where a propagation that fails was to say what of them stays', async () => {
    const good = kafkaPropagation({ inject: ['w3c'] });
    const client = new StubProducer();
    for (const kept of [rejects('no kept headers'), resolves({})]) {
      const propagation: KafkaPropagation = { ...good, kept: kept as never };
      const before = warnings.length;
      const messages = [{ value: '1', headers: { ...headers, baggage: 'tenant=1' } }, { value: '2' }];
      await wrapProducer(client, { propagation }).send({ topic: 'orders', messages });
      const { traceId, spanId } = spans.take('send orders').spanContext();
      const written = client.lastHeaders.map((each) => ({ ...(each as Record<string, unknown>) }));
      expect(written.map(({ traceparent }) => traceparent)).to.deep.equal(Array(2).fill(`00-${traceId}-${spanId}-01`));
      expect(warnings.slice(before).join()).to.include('writing headers failed');
    }
    await rejectionsAreHandled();
  });
});
