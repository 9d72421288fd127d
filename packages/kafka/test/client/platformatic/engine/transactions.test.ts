import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { useOutboxes } from '../../../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../../../support/postgres/postgres.ts';
import { warnings } from '../../../support/postgres/relayed.ts';

const topic = 'orders';

describe('a transactional producer of @platformatic/kafka', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres, platformaticKafka);
  let kafka: EmbeddedKafka;
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 3 } });
  });
  postgres.beforeEnd(() => kafka.stop());

  it('rejects a send that reaches its topic created again with fewer partitions, which is held, and the process goes on', async () => {
    const { box, pool } = await open();
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    let isFirst = true;
    kafka.on('Produce', async (_, next) => {
      if (isFirst) {
        isFirst = false;
        await admin.deleteTopics({ topics: [topic] });
        await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
      }
      return next();
    });
    await box.add(pool, { topic, messages: [{ value: 'of the last', partition: 2 }] });
    const { log, next } = warnings();
    const running = relay(box, kafka.brokers, { ordering: 'strict', log });
    expect(await next()).to.include({ topic });
    expect(running.health().held).to.have.length(1);
    expect(running.health().held[0]?.error).to.have.property('type', 'UNKNOWN_TOPIC_OR_PARTITION');
    await admin.disconnect();
  });
});
