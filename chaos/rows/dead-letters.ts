import type { Outcome } from '../ledger.ts';
import type { ChaosMessage } from '../message.ts';
import type { Row } from '../row.ts';

const traffic = { count: 1_200, keys: 12, partitions: 3 };
const everyFortieth = (index: number): ChaosMessage['fate'] => (index % 40 === 20 ? 'poison' : 'fine');
const deadLettered = (wanted: number) => (outcome: Outcome) =>
  outcome.deadLettered === wanted ? undefined : `there are ${outcome.deadLettered} dead-letter records, not ${wanted}`;

/** What happens to dead-letter records. */
export const deadLetterRows: readonly Row[] = [
  {
    name: 'dead-letters-refused',
    title: 'the dead-letter topic takes no message, however small, until its config is mended',
    traffic: { ...traffic, fate: everyFortieth },
    fault: async (scene) => {
      await scene.cluster.configure(scene.deadLetterTopic, { 'max.message.bytes': '1' });
      await scene.join();
      await scene.event('stopped', 6);
      scene.say('partitions have stopped');
      await scene.cluster.configure(scene.deadLetterTopic, {});
    },
    expects: deadLettered(30),
  },
  {
    name: 'dead-letters-under-replicated',
    title: 'the dead-letter topic asks for three replicas in sync while a broker is gone',
    traffic: { ...traffic, fate: everyFortieth },
    fault: async (scene) => {
      await scene.cluster.configure(scene.deadLetterTopic, { 'min.insync.replicas': '3' });
      const node = await scene.cluster.leader(scene.topic, 0);
      await node.kill();
      scene.say(`node ${node.id} is gone`);
      await scene.join();
      await scene.event('stopped', 6);
      scene.say('partitions have stopped');
      await node.start();
    },
    expects: deadLettered(30),
  },
  {
    name: 'killed-putting-off',
    title: 'kill -9 before, while and after a message is put into its retry topic, and before the commit of its source',
    traffic: { ...traffic, count: 900, fate: (index) => (index % 20 === 7 ? 'late' : index % 60 === 33 ? 'poison' : 'fine') },
    member: { sessionTimeout: 1_500, retryTiers: ['100ms', '500ms'] },
    fault: async (scene) => {
      for (const boundary of ['dead-letter-asked', 'dead-letter-sent', 'dead-letter-acknowledged'] as const) {
        await scene.killAt(boundary, 4);
        scene.say(`member ${scene.members.length} is killed`);
      }
      await scene.join();
    },
    expects: deadLettered(15),
  },
  {
    name: 'poison-flood',
    title: 'nine messages of ten are poison',
    traffic: { ...traffic, fate: (index) => (index % 10 === 0 ? 'fine' : 'poison') },
    fault: async (scene) => {
      await scene.join();
      await scene.join();
    },
    expects: deadLettered(1_080),
  },
];
