import { SpanStatusCode, type TracerProvider } from '@opentelemetry/api';
import { expect } from 'chai';
import { Partitioners, type Producer, type ProducerRecord } from 'kafkajs';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

/** The outcome of a call, as a caller can distinguish it: a promise that rejected, or a synchronous throw. */
async function endOf(call: () => Promise<unknown>): Promise<readonly unknown[]> {
  let promise: Promise<unknown>;
  try {
    promise = call();
  } catch (error) {
    return ['threw', error];
  }
  return promise.then(
    (value) => ['resolved', value],
    (error: unknown) => ['rejected', error],
  );
}

describe('a wrapped producer', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const record = { topic: 'orders', messages: [{ value: '1' }] };

  it('rejects what kafkajs rejects, in kafkajs’ words, and leaves no open span (B7)', async () => {
    const bare = await kafka.producer();
    const producer = wrapProducer(bare);
    const hostile = Object.defineProperty({}, 'topic', { get: () => raise(new Error('hostile')) });
    const garbage: unknown[] = [
      undefined,
      null,
      {},
      7,
      'x',
      [],
      hostile,
      { topic: 'orders' },
      { messages: [] },
      { topic: 7, messages: [{ value: '1' }] },
      { topic: '', messages: [{ value: '1' }] },
      { topic: 'orders', messages: 'x' },
      { topic: 'orders', messages: [null] },
      { topic: 'orders', messages: [undefined] },
      { topic: 'orders', messages: [{}] },
      { topic: 'orders', messages: ['x', 7] },
      { topicMessages: 'x' },
      { topicMessages: [null] },
      { topicMessages: [{ topic: 'orders' }] },
      { topicMessages: null },
    ];
    for (const method of ['send', 'sendBatch'] as const) {
      for (const input of garbage) {
        const of = (client: Producer) =>
          endOf(() => client[method](input as never)).then(([how, what]) => [
            how,
            what instanceof Error ? `${what.name}: ${what.message}` : what,
          ]);
        expect(
          await of(producer),
          `${method} ${typeof input === 'object' && input !== hostile ? JSON.stringify(input) : typeof input}`,
        ).to.deep.equal(await of(bare));
      }
    }
    // Input that looked like messages got a span, which ended as an error.
    expect(new Set(spans.takeAll().map(({ status }) => status.code))).to.deep.equal(new Set([SpanStatusCode.ERROR]));
  });

  it('passes rejected input to the client as the same object (B7)', async () => {
    const client = new StubProducer();
    const refused = { topic: 'orders' } as unknown as ProducerRecord;
    await wrapProducer(client).send(refused);
    expect(client.records[0]).to.equal(refused);
  });

  it('rejects and throws with the very same value, whatever it is, and ends the span (B17)', async () => {
    const error = Object.freeze(new TypeError('frozen'));
    const unprintable = { toString: (): string => raise(new Error('no text')) };
    for (const reason of [error, null, undefined, 'text', 0, unprintable, Object.create(null) as object]) {
      const client = new StubProducer();
      const producer = wrapProducer(client);
      client.answers(() => Promise.reject(reason as Error));
      expect(await endOf(() => producer.send(record)))
        .to.deep.equal(['rejected', reason])
        .and.have.property('1', reason);
      client.answers(() => raise(reason as Error));
      expect(await endOf(() => producer.send(record))).to.have.property('0', 'threw');
      expect(await endOf(() => producer.send(record))).to.have.property('1', reason);
      for (let count = 0; count < 3; count++) {
        const span = spans.take('send orders');
        expect(span.status.code).to.equal(SpanStatusCode.ERROR);
        expect(span.attributes['error.type']).to.equal(reason === error ? 'TypeError' : '_OTHER');
        expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
      }
    }
  });

  it('resolves with the very same value, whatever it is', async () => {
    for (const answer of [[], undefined, null, 'x', [null], [{}], [{ baseOffset: '9007199254740993', partition: 0 }]]) {
      const client = new StubProducer().answers(() => Promise.resolve(answer));
      expect(await wrapProducer(client).send(record)).to.equal(answer);
      // Beyond what a number holds exactly, an offset is left out, never rounded (1.22).
      expect(spans.take('send orders').attributes).to.not.have.property('kafka.offset');
    }
    expect(warnings).to.deep.equal([]);
  });

  it('has every member of the client, also of classes with private fields (B3)', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client);
    await producer.send(record);
    spans.take('send orders');
    expect([producer.records.length, producer.isIdempotent]).to.deep.equal([1, true]);
    const bare = await kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    expect(wrapProducer(bare)).to.have.all.keys(Object.keys(bare));
    expect(wrapProducer(bare).events).to.equal(bare.events);
    wrapProducer(bare).logger().info('works');
  });

  it('sets a property on the client, and throws there when the client is frozen', () => {
    const client: { send: unknown; sendBatch: unknown; note?: string } = { send: async () => [], sendBatch: async () => [], note: 'a' };
    const producer = wrapProducer(client);
    producer.note = 'b';
    expect(client.note).to.equal('b');
    Object.freeze(client);
    expect(() => (producer.note = 'c')).to.throw(TypeError);
  });

  it('is returned as it is when it is wrapped again: one set of spans (7.15)', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client);
    expect(wrapProducer(producer)).to.equal(producer);
    await wrapProducer(producer).send(record);
    spans.take('send orders');
  });

  it('survives hooks that throw, reject or never end, and logs each once (B26)', async () => {
    const client = new StubProducer();
    const seen: unknown[] = [];
    const hooks = [
      () => raise(new Error('hook threw')),
      async () => raise(new Error('hook rejected')),
      () => new Promise<never>(() => {}),
      (...args: unknown[]) => void seen.push(args[1]),
    ];
    for (const onSend of hooks) {
      const producer = wrapProducer(client, {
        onSend: (span, handled) => {
          span.setAttribute('seen', true);
          return onSend(span, handled) as undefined;
        },
      });
      await producer.send(record);
      await producer.send(record);
      for (let count = 0; count < 2; count++) expect(spans.take('send orders').attributes['seen']).to.equal(true);
    }
    await new Promise(setImmediate);
    expect(seen[0]).to.deep.equal({ topic: 'orders', messages: record.messages, error: undefined });
    expect((seen[0] as { messages: unknown[] }).messages[0]).to.equal(record.messages[0]);
    for (const text of ['hook threw', 'hook rejected']) expect(warnings.filter((warning) => warning.includes(text))).to.have.lengthOf(1);
  });

  it('passes a hook the error, the same object', async () => {
    const failure = new Error('no');
    const errors: unknown[] = [];
    const client = new StubProducer().answers(() => Promise.reject(failure));
    await endOf(() => wrapProducer(client, { onSend: (_span, { error }) => void errors.push(error) }).send(record));
    spans.take('send orders');
    expect(errors).to.deep.equal([failure]).and.have.property('0', failure);
  });

  it('sends unchanged when the tracer throws', async () => {
    const client = new StubProducer();
    const tracerProvider: TracerProvider = { getTracer: () => raise(new Error('no tracer')) };
    const producer = wrapProducer(client, { tracerProvider });
    for (let count = 0; count < 2; count++) await producer.send(record);
    expect(client.records).to.deep.equal([record, record]);
    expect(client.records[0]).to.equal(record);
    expect(warnings.filter((text) => text.includes('no tracer'))).to.have.lengthOf(1);
  });

  it('omits the key when the messageKey function throws (1.24)', async () => {
    const client = new StubProducer();
    const keyed = { topic: 'orders', messages: [{ key: 'secret', value: '1' }] };
    const keyWith = async (messageKey: NonNullable<Parameters<typeof wrapProducer>[1]>['messageKey'] & {}): Promise<unknown> => {
      await wrapProducer(client, { messageKey }).send(keyed);
      return spans.take('send orders').attributes['kafka.message.key'];
    };
    expect(await keyWith(true)).to.equal('secret');
    expect(await keyWith(false)).to.equal(undefined);
    expect(await keyWith((key) => `${key.length} characters`)).to.equal('6 characters');
    expect(await keyWith(() => undefined)).to.equal(undefined);
    expect(await keyWith(() => raise(new Error('no redactor')))).to.equal(undefined);
    expect(warnings.filter((text) => text.includes('no redactor'))).to.have.lengthOf(1);
  });
});

function raise(error: Error): never {
  throw error;
}
