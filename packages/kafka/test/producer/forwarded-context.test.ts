import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { MessageLike } from '../../src/client/kafka-client.ts';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a, b } from '../support/telemetry/creation-contexts.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

type Headers = Readonly<Record<string, unknown>>;
type Handle = (message: MessageLike) => Promise<unknown>;
type Options = NonNullable<Parameters<typeof wrapConsumer>[1]>;

const topic = 'inner';

/** Delivers the messages of the topic `public` in one of the ways that there are. */
const ways: Readonly<Record<string, (options: Options, messages: readonly MessageLike[], handle: Handle) => Promise<void>>> = {
  async eachMessage(options, messages, handle) {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachMessage: async ({ message }) => void (await handle(message)) });
    for (const message of messages) await client.deliver(message, 'public');
  },
  async eachBatch(options, messages, handle) {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) await handle(message);
      },
    });
    await client.deliverBatch(messages, client.payload(messages, 'public'));
  },
  async forEachMessage(options, messages, handle) {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachBatch: (payload) => forEachMessage(payload, handle) });
    await client.deliverBatch(messages, client.payload(messages, 'public'));
  },
};

describe('what a handler forwards', () => {
  const { spans } = useTracing();

  for (const [way, deliver] of Object.entries(ways))
    for (const trust of ['trusted', 'link', 'ignore'] as const)
      describe(`in ${way} from a topic whose trust is ${trust}`, () => {
        const propagation = kafkaPropagation({ inject: ['w3c'], trust: (from) => (from === 'public' ? trust : 'trusted') });

        /** The headers with which `handle` sends one message for each that comes, and the ids of the span that sent it. */
        async function forwarded(all: readonly Headers[], headersOf: (received: Headers) => Headers, producing: object = { propagation }) {
          const client = new StubProducer();
          const producer = wrapProducer(client, producing);
          const sent: Headers[] = [];
          await deliver(
            { propagation },
            all.map((headers, index) => received({ offset: String(index), headers: headers as NonNullable<MessageLike['headers']> })),
            async (message) => {
              const headers = headersOf(message.headers as Headers);
              await producer.send({ topic, messages: [{ ...message, headers } as never] });
              sent.push(client.lastHeaders[0] as Headers);
            },
          );
          const sends = spans.takeAll().filter(({ name }) => name === `send ${topic}`);
          return sent.map((headers, index) => ({ headers, context: sends[index]?.spanContext() }));
        }

        it('has the context of its send, in the place of the sender’s, and not an untrusted sender’s baggage', async () => {
          const messages = [a, b].map(({ traceparent }) => ({
            traceparent: Buffer.from(traceparent),
            baggage: Buffer.from('tenant=admin'),
          }));
          const all = await forwarded(messages, (headers) => ({ ...headers }));
          expect(all).to.have.lengthOf(2);
          for (const { headers, context } of all) {
            expect(headers['traceparent']).to.equal(`00-${context?.traceId}-${context?.spanId}-01`);
            // The span of a batch has the baggage of none of its messages.
            expect(headers['baggage']).to.equal(trust === 'trusted' && way !== 'eachBatch' ? 'tenant=admin' : undefined);
          }
        });

        it('has no baggage that came from an untrusted sender without a context', async () => {
          const [one] = await forwarded([{ baggage: Buffer.from('tenant=admin') }], (headers) => ({ ...headers }));
          expect(String(one?.headers['baggage'])).to.equal(trust === 'trusted' ? 'tenant=admin' : 'undefined');
        });

        it('keeps the context and the baggage that the handler chose', async () => {
          const chosen = { traceparent: b.traceparent, baggage: 'mine=1' };
          const [both] = await forwarded([{ traceparent: a.traceparent, baggage: 'tenant=admin' }], () => chosen);
          expect(both?.headers).to.deep.equal(chosen);
          const [baggage] = await forwarded([{ traceparent: a.traceparent }], () => ({ baggage: 'mine=1' }));
          expect(baggage?.headers).to.include({ baggage: 'mine=1' });
        });

        if (trust !== 'trusted')
          it('has the context of its send also where the producer reads another format than the consumer', async () => {
            const b3 = `${a.traceId}-${a.spanId}-1`;
            const producing = { propagation: kafkaPropagation({ inject: ['b3'] }) };
            const [one] = await forwarded([{ b3, baggage: 'tenant=admin' }], (headers) => ({ ...headers }), producing);
            expect(one?.headers['b3']).to.equal(`${one?.context?.traceId}-${one?.context?.spanId}-1`);
            expect(one?.headers).to.not.have.property('baggage');
          });
      });

  for (const trust of ['trusted', 'link', 'ignore'] as const)
    it(`has the context of its send when forEachMessage sends messages together from a topic whose trust is ${trust}`, async () => {
      const propagation = kafkaPropagation({ inject: ['w3c'], trust: (from) => (from === 'public' ? trust : 'trusted') });
      const client = new StubProducer();
      const producer = wrapProducer(client, { propagation });
      const messages = [a, b, { traceparent: undefined }].map(({ traceparent }, index) =>
        received({ offset: String(index), headers: { ...(traceparent && { traceparent }), baggage: `number=${index}` } }),
      );
      const out: object[] = [];
      await ways['forEachMessage']?.({ propagation }, messages, async ({ value, headers }) => {
        out.push({ value, headers });
        if (out.length === messages.length) await producer.send({ topic, messages: out as never });
      });
      const { traceId, spanId } = spans.take(`send ${topic}`).spanContext();
      spans.takeAll();
      const sent = client.lastHeaders as readonly Headers[];
      expect(sent.map(({ traceparent }) => traceparent)).to.deep.equal(messages.map(() => `00-${traceId}-${spanId}-01`));
      // The span in which they are sent has the baggage of the last.
      expect(sent.map(({ baggage }) => baggage)).to.deep.equal(messages.map(() => (trust === 'trusted' ? 'number=2' : undefined)));
    });

  it('has the context of its send where the producer prefers the format that disagreed', async () => {
    const propagation = kafkaPropagation({ inject: ['w3c'], extract: ['w3c', 'b3'] });
    const [consumerClient, client] = [new StubConsumer(), new StubProducer()];
    const producer = wrapProducer(client, { propagation: kafkaPropagation({ extract: ['b3', 'w3c'] }) });
    await wrapConsumer(consumerClient, { propagation }).run({
      eachMessage: async ({ message }) => void (await producer.send({ topic, messages: [{ ...message } as never] })),
    });
    await consumerClient.deliver(received({ headers: { traceparent: a.traceparent, b3: `${b.traceId}-${b.spanId}-1` } }));
    const { traceId, spanId } = spans.take(`send ${topic}`).spanContext();
    spans.takeAll();
    expect((client.lastHeaders[0] as Headers)['b3']).to.equal(`${traceId}-${spanId}-1`);
  });
});
