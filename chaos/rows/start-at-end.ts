import { addPartitions, deleteGroup, shorten } from '../scene/operator.ts';
import type { Row } from '../scene/row.ts';
import type { Outcome } from '../judge/ledger.ts';

const traffic = { count: 90, keys: 12, partitions: 3 };
const member = { fromBeginning: false };

const passedOver = (wanted: number) => (outcome: Outcome) =>
  outcome.excused === wanted ? undefined : `${outcome.excused} messages were skipped, not ${wanted}`;

/** A group that started at the end of its topic must not miss anything that was sent since. */
export const startAtEndRows: readonly Row[] = [
  {
    name: 'end-idle-drained',
    title: 'a group that starts at the end is drained before its first message, and messages are sent while it is away',
    traffic,
    member,
    fault: async (scene) => {
      scene.excuse(scene.sent);
      const first = await scene.join();
      await first.drain();
      await scene.send({ ...traffic, count: 300 });
      await scene.join();
    },
    expects: passedOver(90),
  },
  {
    name: 'end-killed-at-first',
    title: 'a group that starts at the end is killed -9 as it starts its first message',
    traffic,
    member: { ...member, sessionTimeout: 1_500 },
    fault: async (scene) => {
      scene.excuse(scene.sent);
      const first = await scene.join({ holdAt: { boundary: 'before-handler', nth: 1 } });
      await scene.send({ ...traffic, count: 300 });
      await scene.event('boundary');
      await first.kill();
      await scene.join();
    },
    expects: passedOver(90),
  },
  {
    name: 'end-partitions-added',
    title: 'partitions are added while a group that starts at the end is running, and get messages before it discovers them',
    traffic,
    member,
    fault: async (scene) => {
      scene.excuse(scene.sent);
      await scene.join();
      await scene.send(traffic);
      await addPartitions(scene, 6);
      await scene.send({ ...traffic, partitions: 6, count: 600 });
    },
    expects: passedOver(90),
  },
  {
    name: 'end-shortened',
    title: 'the broker removes messages that a group that started at the end has not seen, but not all of them, while it is away',
    traffic,
    member,
    fault: async (scene) => {
      scene.excuse(scene.sent);
      const first = await scene.join();
      await scene.send(traffic);
      await scene.caughtUp();
      await first.drain();
      await scene.send({ ...traffic, count: 300 });
      await shorten(scene, 40);
      await scene.join();
    },
    // 100 of each partition were not seen, and 40 of them are left.
    expects: passedOver(90 + 180),
  },
  {
    name: 'end-group-deleted',
    title: 'a group that started at the end is deleted while its member is frozen, and messages are sent before it continues',
    traffic,
    member: { ...member, sessionTimeout: 1_500 },
    fault: async (scene) => {
      scene.excuse(scene.sent);
      const first = await scene.join();
      await scene.send(traffic);
      await scene.caughtUp();
      first.freeze();
      await deleteGroup(scene);
      scene.say('the group is deleted');
      await scene.send({ ...traffic, count: 300 });
      first.thaw();
    },
    expects: passedOver(90),
  },
];
