import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { hostileValues } from '../../../../test/hostile-values.ts';
import { errorMessage, errorType } from '../../src/core/error-type.ts';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const record = { topic: 'orders', messages: [{ key: 'k', value: '1' }] };

/** What `run` throws, or rejects with. */
async function thrownBy(run: () => unknown): Promise<readonly [how: 'threw' | 'rejected', value: unknown] | undefined> {
  let returned: unknown;
  try {
    returned = run();
  } catch (error) {
    return ['threw', error];
  }
  try {
    await returned;
  } catch (error) {
    return ['rejected', error];
  }
  return undefined;
}

describe('a thrown value that throws when it is read', () => {
  const { spans } = useTracing();

  /** Each span ended as an error with a description, whatever was thrown. */
  function expectFailed(count: number): void {
    const ended = spans.takeAll();
    expect(ended).to.have.length(count);
    for (const span of ended) {
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.status.message).to.be.a('string');
      expect(span.attributes['error.type']).to.be.a('string');
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
    }
  }

  for (const [name, make] of Object.entries(hostileValues)) {
    it(`has a type and a message: ${name}`, () => {
      expect(errorType(make())).to.be.a('string').and.match(/^\w+$/);
      expect(errorMessage(make())).to.be.a('string');
    });

    it(`reaches the caller of a producer unchanged: ${name}`, async () => {
      const value = make();
      const raise = (): never => {
        throw value;
      };
      const client = new StubProducer().answers(() => Promise.reject(value as Error));
      // The wrapper also survives a hook that throws the same.
      const producer = wrapProducer(client, { onSend: raise, messageKey: raise, relation: raise });
      const rejected = await thrownBy(() => producer.send(record));
      expect([rejected?.[0], rejected?.[1] === value]).to.deep.equal(['rejected', true]);
      client.answers(raise);
      const threw = await thrownBy(() => producer.sendBatch({ topicMessages: [record] }));
      expect([threw?.[0], threw?.[1] === value]).to.deep.equal(['threw', true]);
      expectFailed(2);
    });

    it(`reaches the consumer’s client unchanged: ${name}`, async () => {
      const value = make();
      const raise = (): never => {
        throw value;
      };
      const client = new StubConsumer();
      const consumer = wrapConsumer(client, { onProcess: raise, messageKey: raise, relation: raise });
      await consumer.run({ eachMessage: async () => raise() });
      expect((await thrownBy(() => client.deliver(received())))?.[1] === value).to.equal(true);
      await consumer.run({ eachBatch: (payload) => forEachMessage(payload, raise) });
      expect((await thrownBy(() => client.deliverBatch([received()])))?.[1] === value).to.equal(true);
      expectFailed(3);
      // An unhandled rejection would end the process: it is reported after the microtasks.
      await turn();
    });
  }
});
