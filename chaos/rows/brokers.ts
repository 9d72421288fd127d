import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../scene/row.ts';

const traffic = { count: 3_000, keys: 12, partitions: 3 };

/** Faults of brokers. */
export const brokerRows: readonly Row[] = [
  {
    name: 'none',
    title: 'no fault: shows that the harness itself causes none',
    traffic,
    fault: async (scene) => {
      await scene.join();
    },
    expects: ({ repeated }) => (repeated === 0 ? undefined : `${repeated} messages were repeated without a reason`),
  },
  {
    name: 'broker-killed',
    title: 'a leader is killed in the middle of a batch, and started again',
    traffic,
    fault: async (scene) => {
      await scene.join();
      await scene.done(300);
      const node = await scene.cluster.leader(scene.topic, 0);
      await node.kill();
      scene.say(`node ${node.id} is gone`);
      await scene.done(1_500);
      await node.start();
      scene.say(`node ${node.id} starts again`);
    },
  },
  {
    name: 'broker-frozen',
    title: 'a leader does not answer, keeps its connections, is replaced, and comes back',
    traffic,
    fault: async (scene) => {
      await scene.join();
      await scene.done(300);
      const node = await scene.cluster.leader(scene.topic, 0);
      await node.freeze();
      scene.say(`node ${node.id} is frozen`);
      // Not for longer: when the node is the one that a consumer started with, kafkajs asks it for the others again and again.
      await Promise.race([scene.done(1_500), pause(30_000, undefined, { ref: false, signal: scene.signal })]);
      await node.thaw();
      scene.say(`node ${node.id} continues`);
    },
  },
  {
    name: 'leaders-moved',
    title: 'every partition gets another leader, three times',
    traffic: { ...traffic, work: (index) => index % 20 },
    fault: async (scene) => {
      await scene.join();
      for (const done of [200, 800, 1_400]) {
        await scene.done(done);
        await scene.cluster.moveLeaders(scene.topic);
        scene.say('the leaders have moved');
      }
    },
  },
  {
    name: 'coordinator-killed',
    title: "the group's coordinator is killed, and started again",
    traffic,
    fault: async (scene) => {
      await scene.join();
      await scene.done(300);
      const node = await scene.cluster.coordinator(scene.groupId);
      await node.kill();
      scene.say(`node ${node.id}, the coordinator, is gone`);
      await scene.done(1_500);
      await node.start();
      scene.say(`node ${node.id} starts again`);
    },
  },
  {
    name: 'coordinator-moved',
    title: 'the group gets another coordinator, three times, while all brokers are there',
    traffic,
    fault: async (scene) => {
      await scene.join();
      for (const done of [300, 1_000, 1_700]) {
        await scene.done(done);
        const before = await scene.cluster.coordinator(scene.groupId);
        await scene.cluster.moveLeaders('__consumer_offsets');
        const now = await scene.cluster.coordinator(scene.groupId);
        scene.say(`the coordinator was node ${before.id} and is node ${now.id}`);
        if (before === now) scene.violations.push('the coordinator did not move');
      }
    },
  },
];
