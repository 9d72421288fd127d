import type { Row } from '../row.ts';

const traffic = { count: 3_000, keys: 12, partitions: 3 };

/** What happens to the brokers. */
export const brokerRows: readonly Row[] = [
  {
    name: 'none',
    title: 'no fault: what is seen in the others is not the harness itself',
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
      await scene.handled(300);
      const node = await scene.cluster.leader(scene.topic, 0);
      await node.kill();
      scene.say(`node ${node.id} is gone`);
      await scene.handled(1_200);
      await node.start();
      scene.say(`node ${node.id} starts again`);
    },
  },
  {
    name: 'coordinator-killed',
    title: "the group's coordinator is killed, and started again",
    traffic,
    fault: async (scene) => {
      await scene.join();
      await scene.handled(300);
      const node = await scene.cluster.coordinator(scene.groupId);
      await node.kill();
      scene.say(`node ${node.id}, the coordinator, is gone`);
      await scene.handled(1_200);
      await node.start();
      scene.say(`node ${node.id} starts again`);
    },
  },
];
