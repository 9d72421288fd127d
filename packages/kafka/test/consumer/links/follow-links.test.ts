import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TracerProvider, type Sampler } from '@opentelemetry/sdk-trace';
import { kafkaPropagation, type KafkaPropagationOptions } from '@tracelink/propagation';
import { followLinks } from '@tracelink/sdk';
import { expect } from 'chai';
import type { EachBatchPayloadLike } from '../../../src/client/kafka-client.ts';
import { forEachMessage } from '../../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import { received, StubConsumer } from '../../support/stubs/stub-consumer.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

const context = `${'a'.repeat(32)}-${'b'.repeat(16)}`;
const [sampled, unsampled, undecided] = [`${context}-1`, `${context}-0`, context];
const always = new ParentBasedSampler({ root: new AlwaysOnSampler() });
const never = new ParentBasedSampler({ root: new AlwaysOffSampler() });

const handlers = {
  eachMessage: { eachMessage: async () => {} },
  eachBatch: { eachBatch: async (payload: EachBatchPayloadLike) => forEachMessage(payload, () => {}) },
};

describe('a consumer whose spans follow links', () => {
  const { spans } = useTracing();

  for (const [what, options, b3, own, expected] of [
    ['of an untrusted topic', { trust: 'link' }, sampled, always, true],
    ['of an untrusted topic that its sender does not sample', { trust: 'link' }, unsampled, always, true],
    ['of an untrusted topic that its sender samples', { trust: 'link' }, sampled, never, false],
    ['whose sender left the decision open', {}, undecided, always, true],
    ['whose sender left the decision open', {}, undecided, never, false],
    ['that its sender samples', {}, sampled, never, true],
    ['that its sender does not sample', {}, unsampled, always, false],
  ] as const)
    for (const how of ['eachMessage', 'eachBatch'] as const)
      it(`${expected ? 'records' : 'drops'}, by ${how}, a message ${what}, where its own sampler says ${own === always ? 'yes' : 'no'}`, async () => {
        const client = new StubConsumer();
        await wrapConsumer(client, tracing(own, options)).run(handlers[how]);
        const message = received({ headers: { b3: Buffer.from(b3) } });
        await (how === 'eachMessage' ? client.deliver(message) : client.deliverBatch([message]));
        // A batch has a span, and so has its message.
        const recorded = how === 'eachMessage' ? ['process orders'] : ['process orders', 'process orders'];
        expect(spans.takeAll().map(({ name }) => name)).to.deep.equal(expected ? recorded : []);
      });

  function tracing(own: Sampler, options: Pick<KafkaPropagationOptions, 'trust'>): Parameters<typeof wrapConsumer>[1] {
    return {
      tracerProvider: new TracerProvider({ spanProcessors: [spans], sampler: followLinks(own) }),
      propagation: kafkaPropagation({ inject: ['b3'], ...options }),
    };
  }
});
