import { expect } from 'chai';
import { Collector } from '../support/collector.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a replayed record', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  for (const groupOnly of [true, false])
    it(`is ${groupOnly ? 'passed over' : 'handled'} by groups that did not fail when groupOnly is ${groupOnly}`, async () => {
      const topic = await kafka.createTopic();
      const [failing, other] = [kafka.groupId(), kafka.groupId()];
      const got = new Collector();
      let isFixed = false;
      const one = await subscribe(
        topic,
        ({ value }) => {
          if (!isFixed) throw new Error('no');
          got.add(`failing ${String(value)}`);
        },
        { groupId: failing, retry: { attempts: 1 } },
      );
      await subscribe(topic, ({ value }) => got.add(`other ${String(value)}`), { groupId: other });
      const dead = new Collector();
      one.on('dead-letter', ({ deadLetterTopic }) => dead.add(deadLetterTopic));
      await produce(kafka, topic, [{ value: 'a' }]);
      await dead.until((topics) => topics.length === 1);
      await got.all('other a');
      isFixed = true;
      expect(await replayOn(kafka.brokers(), { from: dead.values[0] as string, groupOnly })).to.include({ replayed: 1 });
      await got.all('failing a');
      await produce(kafka, topic, [{ value: 'end' }]);
      await got.all('failing end', 'other end');
      const expected = ['failing a', 'failing end', 'other a', ...(groupOnly ? [] : ['other a']), 'other end'];
      expect(got.values.toSorted()).to.deep.equal(expected);
      while ((await committed(other, topic))[0] !== '3');
    });
});
