import { expect } from 'chai';
import { ConfluentMember } from '../../../src/client/confluent/engine/member/group-member.ts';
import { PlatformaticMember } from '../../../src/client/platformatic/engine/group-member.ts';
import type { GroupMemberListener, GroupMemberPort } from '../../../src/client/port/group-member.ts';
import { library } from '../../client/confluent/use-confluent.ts';
import { produce } from '../../support/broker/consume.ts';
import { confluentKafka, platformaticKafka } from '../../support/broker/engine-client.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTopics } from '../../support/broker/topics.ts';
import { Collector } from '../../support/collector.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

/** What the client of the next member tells, and a way to tell it again. */
class OverheardNotices {
  readonly told = new Collector<readonly [topic: string, id: string]>();
  #listener: GroupMemberListener | undefined;

  /** A listener that the engine's is behind. */
  of(listener: GroupMemberListener): GroupMemberListener {
    this.#listener = listener;
    const { told } = this;
    return {
      ...listener,
      replaced(topic, id) {
        listener.replaced(topic, id);
        told.add([topic, id]);
      },
    };
  }

  repeat(): void {
    for (const [topic, id] of this.told.values) this.#listener?.replaced(topic, id);
  }
}

for (const [engine, member] of [
  [platformaticKafka, PlatformaticMember],
  ...(library === undefined ? [] : [[confluentKafka, ConfluentMember] as const]),
] as const)
  describe(`a notice by ${engine.name} that a topic was replaced`, () => {
    const kafka = useKafka();
    const { subscribe } = useSubscriptions(kafka, engine);
    const topics = useTopics(kafka);
    const members: Pick<GroupMemberPort, 'join'> = member.prototype;
    const { join } = members;
    afterEach('listen to members no longer', () => void (members.join = join));
    afterEach('forget the spans', () => void spans.takeAll());
    const { spans } = useTracing();
    const consumer = engine.consumer({ maxWait: 100, metadataMaxAge: 1_000 });
    const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ value: `${prefix}${index}` }));
    const values = (prefix: string, count: number): string[] => numbered(prefix, count).map(({ value }) => value);

    function overhear(): OverheardNotices {
      const notices = new OverheardNotices();
      members.join = function (this: GroupMemberPort, names, listener) {
        return join.call(this, names, notices.of(listener));
      };
      return notices;
    }

    it('starts no record again when the partition has begun anew in that topic', async () => {
      const topic = await kafka.createTopic();
      const notices = overhear();
      const got = new Collector();
      const recreated = new Collector<unknown>();
      const subscription = await subscribe(topic, ({ value }) => got.add(String(value)), { consumer });
      subscription.on('topic-recreated', (place) => recreated.add(place));
      await produce(kafka, topic, numbered('old ', 5));
      await got.all(...values('old ', 5));
      await topics.recreate(topic);
      await produce(kafka, topic, numbered('new ', 10));
      await got.all(...values('new ', 10));
      await notices.told.until(({ length }) => length > 0);
      notices.repeat();
      await produce(kafka, topic, numbered('later ', 1));
      await got.all('later 0');
      expect(got.values).to.deep.equal([...values('old ', 5), ...values('new ', 10), 'later 0']);
      expect(recreated.values).to.deep.equal([{ topic, partition: 0, offset: '0' }]);
    });
  });
