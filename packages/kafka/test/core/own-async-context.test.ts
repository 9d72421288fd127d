import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { Collector } from '../support/collector.ts';
import { consumeBatches, consumeEach, produce } from '../support/broker/consume.ts';
import { useKafka, type TestKafka } from '../support/broker/kafka.ts';
import { useSubscriptions, type TestSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

/** A way to consume a topic. */
interface Way {
  /** Calls `handle` with the text of each message, or of the messages of each batch. */
  readonly consume: (handle: (text: string) => void, topic: string, kafka: TestKafka, subscriptions: TestSubscriptions) => Promise<unknown>;
  /** How many spans a message and then a batch of two make. */
  readonly spans: number;
}

const ways: Readonly<Record<string, Way>> = {
  'eachMessage of a wrapped consumer': {
    consume: (handle, topic, kafka) => consumeEach(kafka, topic, async ({ message }) => handle(String(message.value))),
    spans: 3,
  },
  'eachBatch of a wrapped consumer': {
    consume: (handle, topic, kafka) =>
      consumeBatches(kafka, topic, async ({ batch }) => handle(batch.messages.map(({ value }) => value).join())),
    spans: 2,
  },
  'the function of forEachMessage': {
    consume: (handle, topic, kafka) =>
      consumeBatches(kafka, topic, (payload) => forEachMessage(payload, ({ value }) => handle(String(value)))),
    spans: 5,
  },
  'a handler of subscribe': {
    consume: (handle, topic, _, { subscribe }) => subscribe(topic, ({ value }) => handle(String(value))),
    spans: 3,
  },
};

/** The stores that handlers found, each of which entered another one. */
async function storesFound({ consume }: Way, topic: string, kafka: TestKafka, subscriptions: TestSubscriptions): Promise<unknown[]> {
  const store = new AsyncLocalStorage<string>();
  const found = new Collector<{ readonly text: string; readonly store: string | undefined }>();
  const handle = (text: string): void => {
    found.add({ text, store: store.getStore() });
    store.enterWith(`of ${text}`);
  };
  await produce(kafka, topic, [{ value: '0' }]);
  await consume(handle, topic, kafka, subscriptions);
  await found.until((all) => all.length === 1);
  await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
  await found.until((all) => all.at(-1)?.text.endsWith('2') === true);
  return [...new Set(found.values.map((each) => each.store))];
}

describe('a store that a handler enters by AsyncLocalStorage.enterWith', () => {
  const kafka = useKafka();
  const subscriptions = useSubscriptions(kafka);

  for (const [name, way] of Object.entries(ways))
    it(`does not reach the next message in ${name}, without an SDK`, async () => {
      expect(await storesFound(way, await kafka.createTopic(), kafka, subscriptions)).to.deep.equal([undefined]);
    });

  describe('with an SDK', () => {
    const { spans } = useTracing();

    for (const [name, way] of Object.entries(ways))
      it(`does not reach the next message in ${name}`, async () => {
        const topic = await kafka.createTopic();
        expect(await storesFound(way, topic, kafka, subscriptions)).to.deep.equal([undefined]);
        for (let left = way.spans; left > 0; left--) await spans.waitFor(`process ${topic}`);
      });
  });
});
