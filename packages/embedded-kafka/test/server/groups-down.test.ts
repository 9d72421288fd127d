import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

const sessionTimeoutMs = 6_000;

describe('a group whose brokers are all down', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
  });
  afterEach(() => kafka.stop());

  const broker = (): string => kafka.brokers[0] ?? '';
  const outage = async (ms: number): Promise<void> => {
    await kafka.broker(1).stop();
    kafka.clock.advance(ms);
    await kafka.broker(1).start();
  };
  const join = async (rebalanceTimeoutMs = 60_000): Promise<{ memberId: string; generationId: number }> => {
    const protocols = [{ name: 'range', metadata: Buffer.alloc(0) }];
    const asked = { groupId: 'workers', sessionTimeoutMs, rebalanceTimeoutMs, memberId: '', protocolType: 'consumer', protocols };
    return ask(broker(), 'JoinGroup', 1, asked);
  };
  const sync = ({ memberId, generationId }: { memberId: string; generationId: number }): Promise<unknown> => {
    const assignments = [{ memberId, assignment: Buffer.from('a') }];
    return ask(broker(), 'SyncGroup', 0, { groupId: 'workers', memberId, generationId, assignments });
  };
  const heartbeat = async ({ memberId, generationId }: { memberId: string; generationId: number }): Promise<number> =>
    (await ask(broker(), 'Heartbeat', 0, { groupId: 'workers', memberId, generationId })).errorCode;

  it('keeps its members and its generation, whose sessions begin anew when one returns', async () => {
    const member = await join();
    await sync(member);
    await outage(10 * sessionTimeoutMs);
    expect(await heartbeat(member)).to.equal(errorCodes.NONE);
    await outage(10 * sessionTimeoutMs);
    kafka.clock.advance(sessionTimeoutMs - 1_000);
    expect(kafka.group('workers').state()).to.equal('Stable');
    kafka.clock.advance(1_000);
    expect(await heartbeat(member)).to.equal(errorCodes.UNKNOWN_MEMBER_ID);
  });

  it('goes on with a rebalance when one returns', async () => {
    const member = await join(3_000);
    await outage(60_000);
    expect(await heartbeat(member)).to.equal(errorCodes.REBALANCE_IN_PROGRESS);
    // Nobody joins again: the rebalance ends without the member.
    kafka.clock.advance(3_000);
    expect(kafka.group('workers').state()).to.equal('Empty');
  });

  it('keeps its members and their epochs in the consumer protocol', async () => {
    const beat = async (memberEpoch: number): Promise<{ errorCode: number; memberEpoch: number }> => {
      const said = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['orders'], topicPartitions: [] };
      const member = { groupId: 'streams', memberId: 'member-1', memberEpoch };
      return ask(broker(), 'ConsumerGroupHeartbeat', 0, memberEpoch === 0 ? { ...member, ...said } : member);
    };
    const { memberEpoch } = await beat(0);
    await outage(10 * 60_000);
    expect(await beat(memberEpoch)).to.include({ errorCode: errorCodes.NONE, memberEpoch });
    await outage(10 * 60_000);
    kafka.clock.advance(45_000);
    expect(await beat(memberEpoch)).to.include({ errorCode: errorCodes.UNKNOWN_MEMBER_ID });
  });
});
