import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import {
  deadLetterTopic,
  deliverUnderFault,
  faultGroup,
  faultTopic,
  type FaultOutcome,
  type FaultTraffic,
} from './delivery-under-fault.ts';
import { useTracing } from '../telemetry/tracing.ts';
import type { EngineClient } from './engine-client.ts';

const hour = 3_600_000;

/**
 * The fault rows of one client library: each loses nothing.
 *
 * @param many how many messages the longest row has
 */
export function describeFaults(client: EngineClient, many: number): void {
  describe(`a subscription on ${client.name} under faults`, () => {
    const { spans } = useTracing();
    const rows: { readonly fault: string; readonly outcome: FaultOutcome }[] = [];
    after('say how it went', () => {
      const lost = rows.reduce((sum, { outcome }) => sum + outcome.lost, 0);
      // eslint-disable-next-line no-console -- the table is what the suite is for
      console.table(
        Object.fromEntries(rows.map(({ fault, outcome: { violations: _, commitsMeanwhile: __, ...counts } }) => [fault, counts])),
      );
      // eslint-disable-next-line no-console
      console.log(`lost ${lost}`);
    });

    async function survives(
      name: string,
      traffic: Omit<FaultTraffic, 'client'> | number,
      fault: Parameters<typeof deliverUnderFault>[1] = async () => {},
    ): Promise<FaultOutcome> {
      const outcome = await deliverUnderFault({ ...(typeof traffic === 'number' ? { count: traffic } : traffic), client }, fault);
      rows.push({ fault: name, outcome });
      // Subscriptions that stay open are reported after the test.
      expect(spans.takeAll().filter(({ kind }) => kind === SpanKind.CONSUMER)).to.have.length.at.least(outcome.handled);
      expect(outcome.violations).to.deep.equal([]);
      expect(outcome.lost).to.equal(0);
      return outcome;
    }

    it('loses nothing without a fault', async () => {
      expect(await survives('none', 300)).to.include({ handled: 300, repeated: 0, deadLettered: 0 });
    });

    it('loses nothing when the leader restarts in the middle of a batch', () =>
      survives('leader restarted', 300, async ({ kafka, handled }) => {
        await handled(50);
        await kafka.broker(1).restart({ downMs: 50 });
      }));

    it('loses nothing when leaders move', () =>
      survives('leaders moved', 300, async ({ kafka, handled }) => {
        for (const [done, nodeId] of [
          [30, 2],
          [90, 3],
          [150, 1],
        ] as const) {
          await handled(done);
          for (const partition of [0, 1, 2]) kafka.topic(faultTopic).moveLeader(partition, nodeId);
        }
      }));

    it('loses nothing when the coordinator moves', () =>
      survives('coordinator moved', 300, async ({ kafka, handled }) => {
        await handled(50);
        kafka.group(faultGroup).moveCoordinator(2);
        await handled(150);
        kafka.group(faultGroup).moveCoordinator(3);
      }));

    it('loses nothing when the group rebalances while handlers run, and repeats no completed message', async () => {
      const outcome = await survives('rebalance', 300, async ({ kafka, handled }) => {
        for (const done of [40, 120, 200]) {
          await handled(done);
          kafka.group(faultGroup).triggerRebalance();
        }
      });
      expect(outcome.repeated).to.equal(0);
    });

    it('loses nothing when members join and leave', async () => {
      const outcome = await survives('members join and leave', 300, async ({ join, members, handled }) => {
        await handled(30);
        await join();
        await handled(100);
        await members[0]?.drain();
        await handled(150);
        await join();
      });
      expect(outcome.repeated).to.equal(0);
    });

    it('loses nothing when its membership expires', () =>
      survives('member expired', 300, async ({ kafka, handled }) => {
        await handled(50);
        const [member] = kafka.group(faultGroup).describe().members;
        if (member !== undefined) kafka.group(faultGroup).expireMember(member.memberId);
      }));

    it('loses nothing when answers to commits are lost', () =>
      survives('commit answers lost', 300, async ({ kafka, handled }) => {
        const fault = kafka.fault({ api: 'OffsetCommit', times: 3 }, { drop: 'after' });
        await handled(300);
        expect(fault.hits).to.equal(3);
      }));

    it('loses nothing when dead-letter records are rejected for a while, which block the partition', async () => {
      const outcome = await survives(
        'dead-letter records rejected',
        { count: 120, isPoison: (index) => index % 40 === 20 },
        async ({ kafka, members }) => {
          const refused = Promise.withResolvers<void>();
          members[0]?.on('blocked', ({ reason }) => reason === 'dead_letter_unwritable' && refused.resolve());
          const fault = kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
          await refused.promise;
          fault.remove();
        },
      );
      expect(outcome).to.include({ handled: 117, deadLettered: 3 });
    });

    it('loses nothing when many messages fail', async () => {
      const outcome = await survives('poison flood', { count: 200, isPoison: (index) => index % 10 !== 0 });
      expect(outcome).to.include({ handled: 20, deadLettered: 180 });
    });

    it('loses nothing when messages are an hour old or an hour ahead, or when the brokers’ clock jumps by an hour', async () => {
      const outcome = await survives(
        'clocks an hour apart',
        {
          count: 300,
          timestamp: (index) => Date.now() + (index % 2 === 0 ? hour : -hour),
          isPoison: (index) => index % 50 === 7,
          options: { retry: { attempts: 2, backoff: { initial: 1 }, deadline: 60_000 } },
        },
        async ({ kafka, join, handled }) => {
          await join();
          await handled(80);
          kafka.clock.advance(hour);
        },
      );
      expect(outcome).to.include({ handled: 294, deadLettered: 6 });
    });

    it(`loses nothing of ${many} messages in 32 concurrent keys per partition, and commits meanwhile`, async () => {
      const outcome = await survives(`${many} messages, 32 keys`, {
        count: many,
        keys: 96,
        // Handlers that await nothing, among handlers that do.
        work: (index) => (index % 500 === 0 ? 1 : 0),
        batch: 2_000,
        options: {
          concurrency: { keys: 32, partitions: 3 },
          commitInterval: 20,
          consumer: client.consumer({ maxWait: 50, maxBytes: 1_000_000 }),
        },
      });
      expect(outcome).to.include({ handled: many, repeated: 0 });
      expect(outcome.commitsMeanwhile).to.be.greaterThan(20);
    }).timeout(300_000);

    it('loses nothing of messages that wait in place while the group rebalances', async () => {
      let isShut = true;
      const later: Partial<SubscribeOptions> = {
        classify: () => 'retry-later',
        retryTopics: { delays: ['20ms'], maxRetries: 1_000, ordering: 'strict' },
      };
      const outcome = await survives(
        'delayed, strict ordering',
        { count: 120, isPoison: (index) => isShut && index % 5 === 3, options: later },
        async ({ members: [member], join }) => {
          await new Promise<void>((resolve) => member?.on('attempt-failed', ({ attempt }) => attempt > 1 && resolve()));
          await join(later);
          isShut = false;
        },
      );
      expect(outcome).to.include({ handled: 120, deadLettered: 0 });
    });
  });
}
