import type { Outcome } from '../judge/ledger.ts';
import type { ChaosMessage } from '../judge/message.ts';
import { deleteDeadLetterTopic, recreateDeliveryTopics } from '../scene/operator.ts';
import type { Row } from '../scene/row.ts';

const traffic = { count: 1_200, keys: 12, partitions: 3 };
const everyFortieth = (index: number): ChaosMessage['fate'] => (index % 40 === 20 ? 'poison' : 'fine');
const someLateSomePoison = (index: number): ChaosMessage['fate'] => (index % 20 === 7 ? 'late' : index % 60 === 33 ? 'poison' : 'fine');
const deadLettered = (wanted: number) => (outcome: Outcome) =>
  outcome.deadLettered === wanted ? undefined : `there are ${outcome.deadLettered} dead-letter records, not ${wanted}`;

/** Faults of dead-letter records. */
export const deadLetterRows: readonly Row[] = [
  {
    name: 'dead-letters-refused',
    title: 'the dead-letter topic accepts no message, however small, until its config is fixed',
    traffic: { ...traffic, fate: everyFortieth },
    fault: async (scene) => {
      await scene.cluster.configure(scene.deadLetterTopic, { 'max.message.bytes': '1' });
      await scene.join();
      await scene.event('stopped', 6);
      scene.say('partitions have stopped');
      await scene.cluster.configure(scene.deadLetterTopic, {});
    },
    // The write is retried, not the handler.
    expects: (outcome, { entries }) => {
      const attempts = entries.filter((entry) => entry.kind === 'begun' && everyFortieth(entry.index) === 'poison').length;
      return deadLettered(30)(outcome) ?? (attempts === 90 ? undefined : `${attempts} attempts at 30 poison messages, not 90`);
    },
  },
  {
    name: 'dead-letters-under-replicated',
    title: 'the dead-letter topic requires three in-sync replicas while a broker is gone',
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
    name: 'delivery-topics-smaller',
    title: 'the dead-letter topic and the retry topics are created again with one partition instead of three while members run',
    traffic: { ...traffic, count: 300, fate: someLateSomePoison },
    member: { retryDelays: ['100ms', '500ms'] },
    fault: async (scene) => {
      await scene.join();
      await scene.join();
      await scene.caughtUp();
      await recreateDeliveryTopics(scene, 1);
      scene.say('they are created again');
      await scene.send({ ...traffic, count: 900, fate: someLateSomePoison });
    },
    expects: deadLettered(20),
  },
  {
    name: 'dead-letter-topic-deleted',
    title: 'the dead-letter topic is deleted while members run, and no broker creates topics by itself',
    traffic: { ...traffic, count: 600 },
    fault: async (scene) => {
      await scene.join();
      await scene.join();
      await scene.done(300);
      await deleteDeadLetterTopic(scene);
      scene.say('it is deleted');
      await scene.send({ ...traffic, count: 600, fate: everyFortieth });
    },
    expects: deadLettered(15),
  },
  {
    name: 'killed-writing-retry',
    title: 'kill -9 before, while and after a message is written to its retry topic, and before the commit of its source',
    traffic: { ...traffic, count: 900, fate: someLateSomePoison },
    member: { sessionTimeout: 1_500, retryDelays: ['100ms', '500ms'] },
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
    name: 'equal-retry-topics',
    title: 'two topics in two groups have retry and dead-letter topics of the same names',
    traffic: { ...traffic, count: 300, fate: someLateSomePoison },
    place: { topic: 'chaos-equal.placed', groupId: 'worker' },
    neighbour: { topic: 'chaos-equal', groupId: 'placed.worker' },
    member: { retryDelays: ['100ms', '500ms'] },
    fault: async (scene, neighbour) => {
      await scene.join();
      await neighbour?.join();
    },
    expects: deadLettered(10),
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
