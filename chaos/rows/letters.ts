import type { Outcome } from '../ledger.ts';
import type { ChaosMessage } from '../message.ts';
import type { Row } from '../row.ts';

const traffic = { count: 1_200, keys: 12, partitions: 3 };
const everyFortieth = (index: number): ChaosMessage['fate'] => (index % 40 === 20 ? 'poison' : 'fine');
const letters = (wanted: number) => (outcome: Outcome) =>
  outcome.deadLettered === wanted ? undefined : `there are ${outcome.deadLettered} dead letters, not ${wanted}`;

/** What happens to dead letters. */
export const letterRows: readonly Row[] = [
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
    expects: letters(30),
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
    expects: letters(30),
  },
  {
    name: 'poison-flood',
    title: 'nine messages of ten are poison',
    traffic: { ...traffic, fate: (index) => (index % 10 === 0 ? 'fine' : 'poison') },
    fault: async (scene) => {
      await scene.join();
      await scene.join();
    },
    expects: letters(1_080),
  },
];
