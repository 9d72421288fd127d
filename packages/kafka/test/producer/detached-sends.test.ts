import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, createContextKey, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { BackgroundTasks, cloneContext, cloneContextWithoutSpan, forEachDetached } from '@tracelink/context';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { MessageLike } from '../../src/client/kafka-client.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a, b, created } from '../support/telemetry/creation-contexts.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

type Headers = Readonly<Record<string, unknown>>;

const topic = 'inner';

/** Runs work that no one waits for, and resolves when it has ended. */
const detachers: Readonly<Record<string, (work: () => Promise<unknown>) => Promise<unknown>>> = {
  async BackgroundTasks(work) {
    await using tasks = new BackgroundTasks();
    await tasks.run('forward', async () => void (await work())).done;
  },
  forEachDetached: (work) => forEachDetached([1], work),
  cloneContext: (work) => context.with(cloneContext(), work),
  cloneContextWithoutSpan: (work) => context.with(cloneContextWithoutSpan(), work),
  'a task of a task': (work) => context.with(cloneContext(), () => forEachDetached([1], work)),
};

/** The same in a trace of its own. */
const linked: typeof detachers = {
  async BackgroundTasks(work) {
    await using tasks = new BackgroundTasks({ relation: 'link' });
    await tasks.run('forward', async () => void (await work())).done;
  },
  forEachDetached: (work) => forEachDetached([1], work, { relation: 'link' }),
  cloneContext: (work) => context.with(cloneContext({ relation: 'link' }), work),
};

describe('what detached work sends', () => {
  const { spans } = useTracing();

  /** The headers of the last record, and the `traceparent` that its send makes. */
  function lastSent(client: StubProducer): { readonly headers: Headers; readonly ofSend: string } {
    const send = spans.takeAll().findLast(({ name }) => name === `send ${topic}`);
    const { traceId, spanId } = send?.spanContext() ?? {};
    return { headers: client.lastHeaders.at(-1) as Headers, ofSend: `00-${traceId}-${spanId}-01` };
  }

  for (const [how, detach] of Object.entries(detachers)) {
    it(`is the next hop of the message that it forwards, in ${how}`, async () => {
      const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
      const producer = wrapProducer(client);
      await wrapConsumer(consumerClient).run({
        eachMessage: async ({ message }) => {
          await detach(() => producer.send({ topic, messages: [{ ...message } as never] }));
        },
      });
      await consumerClient.deliver(received({ headers: { traceparent: a.traceparent } }));
      const { headers, ofSend } = lastSent(client);
      expect(headers['traceparent']).to.equal(ofSend).and.include(a.traceId);
      expect(headers['tracelink-origin']).to.equal(a.traceparent);
      expect(headers['tracelink-trace']).to.match(/^hops=2;/);
    });

    it(`is the next hop of the message in flight, with its debug flag and SkyWalking’s ids, in ${how}`, async () => {
      const propagation = kafkaPropagation({ inject: ['b3', 'sw8'] });
      const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
      const producer = wrapProducer(client, { propagation });
      await wrapConsumer(consumerClient, { propagation }).run({
        eachMessage: async () => void (await detach(() => producer.send({ topic, messages: [{ value: 'new' }] }))),
      });
      const sw8 = '1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==';
      const hops = `hops=6;since=1700000000000;span=${a.traceparent}`;
      await consumerClient.deliver(received({ headers: { b3: `${a.traceId}-${a.spanId}-d`, sw8, 'tracelink-trace': hops } }));
      const { headers } = lastSent(client);
      expect(headers['b3']).to.match(new RegExp(`^${a.traceId}-[0-9a-f]{16}-d$`));
      expect(headers['sw8']).to.equal(sw8);
      expect(headers['tracelink-trace']).to.match(/^hops=7;since=1700000000000;/);
    });

    it(`has the context of its send where it forwards messages of a batch, in ${how}`, async () => {
      const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
      const producer = wrapProducer(client);
      const messages = [a, b].map(({ traceparent }, index) => received({ offset: String(index), headers: { traceparent } }));
      await wrapConsumer(consumerClient).run({
        eachBatch: async ({ batch }) => {
          for (const message of batch.messages) {
            await detach(() => producer.send({ topic, messages: [{ ...message } as never] }));
            const { headers, ofSend } = lastSent(client);
            expect(headers['traceparent']).to.equal(ofSend);
          }
          const chosen = created('c').traceparent;
          await detach(() => producer.send({ topic, messages: [{ value: 'v', headers: { traceparent: chosen } }] }));
          expect(lastSent(client).headers['traceparent']).to.equal(chosen);
        },
      });
      await consumerClient.deliverBatch(messages);
      spans.takeAll();
    });

    it(`has nothing of an untrusted sender’s that it forwards, in ${how}`, async () => {
      const propagation = kafkaPropagation({ inject: ['w3c'], trust: (from) => (from === 'public' ? 'ignore' : 'trusted') });
      const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
      const producer = wrapProducer(client, { propagation });
      const forward = (message: MessageLike) => detach(() => producer.send({ topic, messages: [{ ...message } as never] }));
      const message = received({ headers: { traceparent: a.traceparent, baggage: 'tenant=admin' } });
      const consumer = wrapConsumer(consumerClient, { propagation });
      await consumer.run({ eachMessage: async (payload) => void (await forward(payload.message)) });
      await consumerClient.deliver(message, 'public');
      const one = lastSent(client);
      await consumer.run({ eachBatch: async ({ batch }) => void (await forward(batch.messages[0] as MessageLike)) });
      await consumerClient.deliverBatch([message], consumerClient.payload([message], 'public'));
      for (const { headers, ofSend } of [one, lastSent(client)]) {
        expect(headers['traceparent']).to.equal(ofSend);
        expect(headers).to.not.have.property('baggage');
      }
    });
  }

  for (const [how, detach] of Object.entries(linked))
    it(`has the debug flag of its caller’s trace in no trace of its own, in ${how}`, async () => {
      const propagation = kafkaPropagation({ inject: ['b3'] });
      const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
      const producer = wrapProducer(client, { propagation });
      const send = () => producer.send({ topic, messages: [{ value: 'new' }] });
      const debugKey = createContextKey('OpenTelemetry Context Key B3 Debug Flag');
      const request = trace.setSpanContext(ROOT_CONTEXT.setValue(debugKey, 'd'), created('c'));
      await context.with(request, send);
      expect(lastSent(client).headers['b3']).to.match(new RegExp(`^${created('c').traceId}-[0-9a-f]{16}-d$`));
      await context.with(request, () => detach(send));
      expect(lastSent(client).headers['b3']).to.match(/-1$/);
      await wrapConsumer(consumerClient, { propagation }).run({ eachMessage: async () => void (await detach(send)) });
      for (const b3 of ['d', `${a.traceId}-${a.spanId}-d`]) {
        await consumerClient.deliver(received({ headers: { b3 } }));
        expect(lastSent(client).headers['b3'], b3).to.match(/-1$/);
      }
    });

  it('keeps no message, link or attribute of its batch alive', async () => {
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const producer = wrapProducer(client);
    const kept: Context[] = [];
    const gone: WeakRef<object>[] = [];
    await wrapConsumer(consumerClient).run({
      eachBatch: async ({ batch }) => {
        kept.push(cloneContext());
        gone.push(new WeakRef(batch), ...batch.messages.map((message) => new WeakRef(message)));
      },
    });
    await deliverOneBatch();
    consumerClient.config = {};
    expect(gone).to.have.lengthOf(5);
    await collected(gone);
    await context.with(kept[0] as Context, () =>
      producer.send({ topic, messages: [{ value: 'v', headers: { traceparent: a.traceparent } }] }),
    );
    const { headers, ofSend } = lastSent(client);
    expect(headers['traceparent']).to.equal(ofSend);

    /** Apart, so that no variable of the test holds the messages and links. */
    async function deliverOneBatch(): Promise<void> {
      const messages = [a, b].map(({ traceparent }, index) =>
        received({ offset: String(index), headers: { traceparent: Buffer.from(traceparent) } }),
      );
      await consumerClient.deliverBatch(messages);
      for (const { links } of spans.takeAll()) gone.push(...links.map(({ context: link }) => new WeakRef(link)));
    }
  });
});

/** Waits until all are garbage: what waits for it is not done in the same turn of the event loop. */
async function collected(refs: readonly WeakRef<object>[]): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let round = 0; round < 100 && refs.some((ref) => ref.deref() !== undefined); round++) {
    await setImmediate();
    gc();
  }
  expect(refs.map((ref) => ref.deref() === undefined)).to.deep.equal(refs.map(() => true));
}
