import { setTimeout as pause } from 'node:timers/promises';
import type { FaultAction } from '@tracelink/embedded-kafka';
import { afterTime } from '../judge/load-clock.ts';
import { at } from '../plan/pick.ts';
import type { Step } from '../plan/plan.ts';
import type { Scene } from './scene.ts';
import { deliveryTopicName, group } from '../plan/topic-names.ts';

type Disturbance = Extract<
  Step,
  {
    do:
      | 'refuse-writes'
      | 'fail-commits'
      | 'heal'
      | 'expire'
      | 'rebalance'
      | 'crash'
      | 'delete-group'
      | 'move-coordinator'
      | 'move-leader'
      | 'drop-connections';
  }
>;

const commitFaults: Readonly<Record<Extract<Step, { do: 'fail-commits' }>['how'], FaultAction>> = {
  refused: { error: 'COORDINATOR_LOAD_IN_PROGRESS' },
  'answer-lost': { drop: 'after' },
  'request-lost': { drop: 'before' },
};

// Milliseconds: the client's retries take a third.
const longestCrash = 2_000;

/** Faults of brokers and networks. */
export async function disturb(scene: Scene, step: Disturbance): Promise<void> {
  const { broker, journal, setup } = scene;
  const nodeId = (number: number): number => (number % setup.brokers) + 1;
  switch (step.do) {
    case 'refuse-writes': {
      const topic = deliveryTopicName(at(scene.topics, step.topic), step.deliveryTopic);
      // An error that kafkajs does not retry by itself.
      scene.faults.push(broker.fault({ api: 'Produce', topic, times: step.times }, { error: 'TOPIC_AUTHORIZATION_FAILED' }));
      return;
    }
    case 'fail-commits':
      scene.faults.push(broker.fault({ api: 'OffsetCommit', group, times: step.times }, commitFaults[step.how]));
      return;
    case 'heal':
      return scene.heal();
    case 'expire': {
      if (broker.group(group).state() === 'Dead') return;
      const { members } = broker.group(group).describe();
      if (members.length === 0) return;
      journal.write({ kind: 'rebalanced' });
      return broker.group(group).expireMember(at(members, step.member).memberId);
    }
    case 'rebalance':
      if (broker.group(group).state() === 'Dead' || broker.group(group).describe().members.length === 0) return;
      journal.write({ kind: 'rebalanced' });
      return broker.group(group).triggerRebalance();
    case 'crash':
      return crash(scene, step.joinMs);
    case 'delete-group': {
      const state = broker.group(group).state();
      if (state === 'Dead' || broker.group(group).describe().members.length > 0) return;
      await (await scene.admin()).deleteGroups([group]);
      journal.write({ kind: 'group-deleted' });
      return;
    }
    case 'move-coordinator':
      // The new coordinator reads the group's state first, and refuses to let members join until it has.
      scene.faults.push(broker.fault({ api: 'JoinGroup', group }, { error: 'COORDINATOR_LOAD_IN_PROGRESS' }));
      return broker.group(group).moveCoordinator(nodeId(step.broker));
    case 'move-leader': {
      const topic = broker.topic(at(scene.topics, step.topic));
      return topic.moveLeader(step.partition % topic.partitions, nodeId(step.broker));
    }
    case 'drop-connections':
      await broker.broker(nodeId(step.broker)).dropConnections();
      // kafkajs may send the operator's next request on a connection that it does not know to be closed.
      return scene.replaceAdmin();
  }
}

async function crash({ broker, faults, running, journal }: Scene, joinMs: number): Promise<void> {
  if (running.length === 0) return;
  const { promise: joining, resolve } = Promise.withResolvers<void>();
  const fetches = broker.fault({ api: 'Fetch', times: 100_000 }, { error: 'KAFKA_STORAGE_ERROR' });
  const remove = broker.on('JoinGroup', async (_, next) => {
    resolve();
    await pause(joinMs);
    return next();
  });
  faults.push(fetches, { remove });
  journal.write({ kind: 'rebalanced' });
  // A consumer whose handlers hang fetches nothing.
  const endWait = afterTime(longestCrash, resolve);
  await joining;
  endWait();
  fetches.remove();
}
