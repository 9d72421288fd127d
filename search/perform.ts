import type { Member } from './member.ts';
import type { Step } from './plan.ts';
import type { Scene } from './scene.ts';

// Milliseconds that a step waits for something that need not come.
const patience = 400;

// More are of no use to so few partitions.
const mostMembers = 3;

/** Does one step of a plan. */
export async function perform(scene: Scene, step: Step): Promise<void> {
  const { journal, ledger } = scene;
  switch (step.do) {
    case 'send':
      return scene.send(pick(scene.topics, step.topic), step.partition, step.records);
    case 'send-aborted':
      return;
    case 'join':
      if (scene.running.length < mostMembers) await scene.join();
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
    case 'wait-for':
      if (step.what === 'all-done') await journal.until(() => ledger.pending().length === 0, patience);
      if (step.what === 'in-flight') await journal.until(() => scene.handlers.inFlight > 0, patience);
      if (step.what === 'blocked') await journal.until(() => scene.running.some(({ subscription }) => !subscription.health().ok), patience);
      return;
    case 'release':
      return scene.handlers.release();
    case 'pause':
      return runningMember(scene, step.member)?.subscription.pause();
    case 'resume':
      return runningMember(scene, step.member)?.subscription.resume();
  }
}

function runningMember({ running }: Scene, number: number): Member | undefined {
  return running.length === 0 ? undefined : pick(running, number);
}

function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}
