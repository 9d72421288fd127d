import type { Member } from './member.ts';
import { changeTopic } from './change-topics.ts';
import { disturb } from './disturb.ts';
import { afterTime } from '../judge/load-clock.ts';
import { at } from '../plan/pick.ts';
import type { Step } from '../plan/plan.ts';
import type { Scene } from './scene.ts';
import { sendAborted } from './send-aborted.ts';

// Milliseconds that a step waits for an optional event.
const patience = 400;

// More members are useless for so few partitions.
const mostMembers = 3;

/** Performs one step of a plan. */
export async function perform(scene: Scene, step: Step): Promise<void> {
  const { journal, ledger, running } = scene;
  switch (step.do) {
    case 'send':
      return scene.send(at(scene.topics, step.topic), step.partition, step.records);
    case 'send-aborted':
      return sendAborted(scene, step);
    case 'join':
      if (running.length < mostMembers) await scene.join();
      return;
    case 'drain': {
      const member = runningMember(scene, step.member);
      if (member === undefined) return;
      const drained = scene.drain(member, step);
      if (step.awaited) await drained;
      else scene.beside.push(drained);
      return;
    }
    case 'kill':
      runningMember(scene, step.member)?.kill();
      return scene.expireKilled();
    case 'pause':
      return runningMember(scene, step.member)?.subscription.pause();
    case 'resume':
      return runningMember(scene, step.member)?.resume();
    case 'resume-drained':
      return resumeDrained(scene, step.member);
    case 'wait-for':
      if (step.what === 'all-done') await journal.until(() => ledger.pending().length === 0, patience, afterTime);
      if (step.what === 'in-flight') await journal.until(() => scene.handlers.inFlight > 0, patience, afterTime);
      if (step.what === 'blocked')
        await journal.until(() => running.some(({ subscription }) => !subscription.health().ok), patience, afterTime);
      return;
    case 'release':
      return scene.handlers.release();
    case 'recreate':
    case 'recreate-delivery-topic':
    case 'add-partitions':
    case 'delete-records':
      return changeTopic(scene, step);
    case 'advance':
      return scene.broker.clock.advance(step.ms);
    default:
      return disturb(scene, step);
  }
}

function resumeDrained({ members }: Scene, number: number): void {
  const drained = members.filter(({ isRunning, wasKilled }) => !isRunning && !wasKilled);
  if (drained.length > 0) at(drained, number).resume();
}

function runningMember({ running }: Scene, number: number): Member | undefined {
  return running.length === 0 ? undefined : at(running, number);
}
