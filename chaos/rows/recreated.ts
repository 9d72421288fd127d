import { recreateSource } from '../scene/operator.ts';
import type { Row } from '../scene/row.ts';

const partitions = 3;
const keys = 12;

/** The group's topic is deleted and created again, so that its offsets stand for other messages. */
export const recreatedRows: readonly Row[] = [
  {
    name: 'recreated-blocked',
    title: 'the topic is created again under partitions that are blocked, with messages of other keys completed beyond them; then resume()',
    // In each partition one of four keys, with no later message of its key.
    traffic: { count: 300, keys, partitions, fate: (index) => (index % keys < 3 && index >= 96 ? 'poison' : 'fine') },
    member: { deadLetters: false },
    fault: async (scene) => {
      const first = await scene.join();
      await scene.event('stopped', 3);
      scene.say('partitions are blocked');
      await recreateSource(scene, partitions);
      await scene.send({ count: 600, keys, partitions });
      first.resume();
    },
  },
  ...[true, false].flatMap((isRunning) =>
    [30, 600].flatMap((count) => [true, false].map((fromBeginning) => recreated({ isRunning, count, fromBeginning }))),
  ),
];

/** @param count messages of the new topic; the group has committed 300 of the old one */
function recreated({
  isRunning,
  count,
  fromBeginning,
}: {
  readonly isRunning: boolean;
  readonly count: number;
  readonly fromBeginning: boolean;
}): Row {
  const size = count < 300 ? 'fewer' : 'more';
  const [who, where] = [isRunning ? 'running' : 'stopped', fromBeginning ? 'start' : 'end'];
  return {
    name: `recreated-${size}-${who}-${where}`,
    title: `the topic is created again and has ${size} records than were committed; the group is ${who}, and started at the ${where}`,
    traffic: { count: 90, keys, partitions },
    member: { fromBeginning },
    fault: async (scene) => {
      if (!fromBeginning) scene.excuse(scene.sent);
      const first = await scene.join();
      await scene.send({ count: 300, keys, partitions });
      await scene.caughtUp();
      if (!isRunning) await first.drain();
      await recreateSource(scene, partitions);
      await scene.send({ count, keys, partitions });
      if (isRunning) return;
      // Its commits were deleted with the topic, so it is a new group.
      if (!fromBeginning) scene.excuse(scene.sent);
      await scene.join();
      await scene.send({ count: 60, keys, partitions });
    },
    expects: ({ handled, excused }) => {
      const before = fromBeginning ? 0 : isRunning ? 90 : 90 + count;
      return excused === before ? undefined : `${excused} messages were skipped, and ${handled} handled, where ${before} should be skipped`;
    },
  };
}
