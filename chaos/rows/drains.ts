import type { Row } from '../scene/row.ts';

const poison = { count: 60, keys: 6, partitions: 3, fate: (index: number) => (index < 30 ? 'fine' : 'poison') } as const;
// Longer than the longest timer of a subscription.
const member = { lingers: 15_000 };

/** A member drains while something fails, and its process stays: no timer of the subscription may outlive the drain. */
export const drainRows: readonly Row[] = [
  {
    name: 'drain-strict',
    title: 'a member drains while messages wait in place for a retry, and its process stays',
    traffic: poison,
    member: { ...member, retryDelays: ['1s', '2s'], isStrict: true },
    fault: async (scene) => {
      const first = await scene.join();
      // Each healthy one once, and three attempts at the first poison of a partition.
      await scene.event('begun', 36);
      await first.drain();
      await scene.join({ lingers: 0 });
    },
  },
  {
    name: 'drain-dead-letters-refused',
    title: 'a member drains while no dead-letter record can be written, and its process stays',
    traffic: poison,
    member,
    fault: async (scene) => {
      await scene.cluster.configure(scene.deadLetterTopic, { 'max.message.bytes': '1' });
      const first = await scene.join();
      await scene.event('stopped', 4);
      await first.drain();
      await scene.cluster.configure(scene.deadLetterTopic, {});
      await scene.join({ lingers: 0 });
    },
  },
  {
    name: 'drain-crashed',
    title: 'a consumer crashes while a partition is blocked, is drained, and its process stays',
    traffic: poison,
    member,
    causes: 'crashed',
    fault: async (scene) => {
      const { proxies, proxied } = scene.cluster;
      await scene.cluster.configure(scene.deadLetterTopic, { 'max.message.bytes': '1' });
      const first = await scene.join({ brokers: proxied, canCrash: true });
      await scene.event('stopped', 3);
      for (const proxy of proxies) proxy.lose = () => 'cut';
      await scene.event('crashed');
      for (const proxy of proxies) proxy.lose = undefined;
      await first.drain();
      await scene.cluster.configure(scene.deadLetterTopic, {});
      await scene.join({ lingers: 0 });
    },
  },
];
