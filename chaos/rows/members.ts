import type { Boundary } from '../judge/journal.ts';
import type { Row } from '../scene/row.ts';

// Long enough that handlers are running whenever the fault happens.
const slow = { count: 3_000, keys: 12, partitions: 3, work: (index: number) => 5 + (index % 20) };

const boundaries: Readonly<Record<Boundary, string>> = {
  'before-handler': 'before a handler starts',
  handled: 'after a handler ended, before its commit',
  'commit-asked': 'before a commit is sent',
  'commit-sent': 'while a commit is in flight',
  'commit-acknowledged': 'after a commit was acknowledged',
  'dead-letter-asked': 'before a dead-letter record is sent',
  'dead-letter-sent': 'while a dead-letter record is in flight',
  'dead-letter-acknowledged': 'after a dead-letter record was acknowledged, before the commit of its source',
};

/** Faults of members of the group. */
export const memberRows: readonly Row[] = [
  {
    name: 'rebalance',
    title: 'members join and leave while handlers run',
    traffic: slow,
    fault: async (scene) => {
      const first = await scene.join();
      await scene.done(300);
      await scene.join();
      await scene.done(900);
      await scene.join();
      await scene.done(1_500);
      await first.drain();
      scene.say('the first one has left');
      await scene.done(2_100);
      await scene.join();
    },
    expects: ({ repeated }) =>
      repeated === 0 ? undefined : `${repeated} messages were repeated, though every member had the time to commit`,
  },
  {
    name: 'member-expired',
    title: 'a member is frozen until its session expires, and then continues',
    traffic: slow,
    fault: async (scene) => {
      const first = await scene.join();
      await scene.join();
      await scene.done(300);
      first.freeze();
      scene.say('the first one is frozen');
      // Its own third, at least, must be taken over for that.
      await scene.done(2_300);
      first.thaw();
      scene.say('it continues');
    },
  },
  {
    name: 'thawed-late',
    title: 'a member is frozen until others have done everything, and then continues: it may start nothing',
    traffic: { ...slow, count: 900 },
    member: { sessionTimeout: 1_500 },
    fault: async (scene) => {
      const first = await scene.join();
      await scene.join();
      await scene.done(100);
      first.freeze();
      scene.say('the first one is frozen');
      await scene.caughtUp();
      first.thaw();
      scene.say('it continues');
      // What it does next is visible after it has done something new.
      await scene.send({ ...slow, count: 90 });
    },
  },
  {
    name: 'join-refused',
    title: 'the group rejects a member, whose session is too short: subscribe reports it, and other members are not affected',
    traffic: { ...slow, count: 300 },
    causes: 'refused',
    fault: async (scene) => {
      scene.start({ sessionTimeout: 500 });
      await scene.event('refused');
      await scene.join();
    },
    expects: (_, { entries }) => {
      const codes = entries.flatMap((entry) => (entry.kind === 'refused' ? entry.code : []));
      return codes.join() === 'not_joined' ? undefined : `subscribe rejected with "${codes.join()}", not with "not_joined"`;
    },
  },
  ...(Object.keys(boundaries) as Boundary[]).map(killedAt),
];

/** Two members are killed at the same moment, one after the other; a third one finishes. */
function killedAt(boundary: Boundary): Row {
  return {
    name: `killed-${boundary}`,
    title: `kill -9 ${boundaries[boundary]}`,
    traffic: { count: 900, keys: 12, partitions: 3, fate: (index) => (index % 20 === 7 ? 'poison' : 'fine') },
    member: { sessionTimeout: 1_500 },
    fault: async (scene) => {
      for (const nth of [5, 2]) {
        await scene.killAt(boundary, nth);
        scene.say(`member ${scene.members.length} is killed`);
      }
      await scene.join();
    },
  };
}
