import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { library } from '../client/confluent/use-confluent.ts';
import { confluentKafka } from '../support/broker/engine-client.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { relayed, warnings } from '../support/postgres/relayed.ts';

const topic = 'orders';
const leaderNotAvailable = 5;

// The other clients tell nothing of a topic while one of its partitions has no leader.
if (library !== undefined)
  describe('an outbox relay that starts while a partition has no leader', () => {
    const postgres = useEmbeddedPostgres();
    const { open, relay } = useOutboxes(postgres, confluentKafka);
    let kafka: EmbeddedKafka;

    beforeEach('start a broker', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    });
    postgres.beforeEnd(() => kafka.stop());

    /** As brokers say while none of the partition's replicas is up. @returns ends it */
    function loseLeader(partition: number): () => void {
      return kafka.on('Metadata', async (_request, next) => {
        const answer = await next();
        for (const { name, partitions } of answer?.topics ?? [])
          for (const each of partitions)
            if (name === topic && each.partitionIndex === partition) Object.assign(each, { errorCode: leaderNotAvailable, leaderId: -1 });
        return answer;
      });
    }

    it('sends to the others, says that this one waits, and sends to it once it has a leader', async () => {
      const { box, pool } = await open();
      const { log, next } = warnings();
      const elected = loseLeader(0);
      const messages = [{ value: 'waits', partition: 0 }, { value: 'is told', partition: 1 }, { value: 'has' }, { value: 'a choice' }];
      await box.add(pool, { topic, messages });
      const running = relay(box, kafka.brokers, { log, producer: { 'message.timeout.ms': 1_000 } });
      await relayed(kafka, topic, 3);
      expect(await next()).to.include({ topic, partition: 0 });
      expect(running.health().held.map(({ partition, messages: count }) => ({ partition, count }))).to.deep.equal([
        { partition: 0, count: 1 },
      ]);
      elected();
      await relayed(kafka, topic, 4);
      while ((await box.pending()).messages > 0);
      expect(running.health()).to.deep.equal({ ok: true, state: 'relaying', held: [], error: undefined });
    });
  });
