import { expect } from 'chai';
import { replay } from '../../../src/replay/replay.ts';
import { produce } from '../../support/broker/consume.ts';
import { confluentKafka } from '../../support/broker/engine-client.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { deadLetterRecord } from '../../support/records/dead-letter-record.ts';
import { library } from './use-confluent.ts';

type Listener = (...event: unknown[]) => void;

/** The library's consumer, an `EventEmitter`. */
type ConsumerClass = new (...options: unknown[]) => { on(event: string, listener: Listener): unknown };

if (library !== undefined)
  describe('a replay whose client tells its log late', () => {
    const kafka = useKafka();

    it('goes on as the only member of its group', async () => {
      const [topic, from] = [await kafka.createTopic(), await kafka.createTopic(3)];
      const records = [0, 1, 2].map((partition) => ({ ...deadLetterRecord(topic), value: String(partition), partition }));
      await produce(kafka, from, records);
      const clients = confluentKafka.clients(kafka.brokers()) as { readonly library: { readonly KafkaConsumer: ConsumerClass } };
      const { KafkaConsumer } = clients.library;
      let held = 0;
      class LateConsumer extends KafkaConsumer {
        override on(event: string, listener: Listener): unknown {
          return super.on(event, event === 'event.log' ? () => held++ : listener);
        }
      }
      const late = { ...clients, library: { ...clients.library, KafkaConsumer: LateConsumer } };
      expect(await replay(late as Parameters<typeof replay>[0], { from })).to.include({ replayed: 3, ended: 'at the end' });
      expect(held).to.be.above(0);
    });
  });
