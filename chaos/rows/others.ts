import type { Loss } from '../brokers/proxy.ts';
import type { Row } from '../scene/row.ts';

const offsetCommit = 8;
const hour = 3_600_000;

/** Faults of responses and clocks, and a large number of messages. */
export const otherRows: readonly Row[] = [
  {
    name: 'commit-answers-lost',
    title: 'commits succeed, and the members do not learn of it',
    traffic: { count: 3_000, keys: 12, partitions: 3 },
    fault: async (scene) => {
      const losses: Loss[] = ['swallow', 'cut', 'swallow', 'cut', 'cut', 'cut'];
      const { proxies, proxied } = scene.cluster;
      await scene.join({ brokers: proxied });
      await scene.join({ brokers: proxied });
      await scene.done(300);
      const { promise: allLost, resolve } = Promise.withResolvers<void>();
      const lose = (apiKey: number): Loss | undefined => {
        const loss = apiKey === offsetCommit ? losses.shift() : undefined;
        if (losses.length === 0) resolve();
        return loss;
      };
      for (const proxy of proxies) proxy.lose = lose;
      // A client may commit once more by itself, so that the member does not learn of the loss.
      await Promise.race([allLost, scene.done(scene.sent.length)]);
      if (losses.length > 0) scene.violations.push(`${losses.length} of six commits kept their answers`);
    },
  },
  {
    name: 'clock-skew',
    title: 'one member is an hour ahead of producer and brokers, another an hour behind, and each delays what the other retries',
    traffic: {
      count: 3_000,
      keys: 12,
      partitions: 3,
      fate: (index) => (index % 50 === 0 ? 'poison' : index % 50 === 25 ? 'late' : index % 7 === 3 ? 'flaky' : 'fine'),
    },
    member: { retryDelays: ['100ms', '500ms'] },
    fault: async (scene) => {
      await scene.join({ clockShift: hour });
      await scene.join({ clockShift: -hour });
      await scene.event('put-off', 1);
    },
    expects: ({ deadLettered }) => (deadLettered === 60 ? undefined : `there are ${deadLettered} dead-letter records, not 60`),
  },
  {
    name: 'hundred-thousand',
    title: '100,000 messages, 32 keys of each partition at the same time, and one of two members is killed',
    traffic: { count: 100_000, keys: 400, partitions: 4, batch: 2_000, work: (index) => (index % 50 === 0 ? 1 : 0) },
    member: { keys: 32, partitions: 4, fetchBytes: 1_000_000 },
    fault: async (scene) => {
      const first = await scene.join();
      await scene.join();
      await scene.done(30_000);
      await first.kill();
      scene.say('one of two is killed');
    },
    // Commits are 50 ms apart: without those in the middle of a batch, tens of thousands.
    expects: ({ repeated }) => (repeated < 10_000 ? undefined : `${repeated} messages were repeated after one kill`),
  },
];
