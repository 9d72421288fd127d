import { once } from 'node:events';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { Attempt } from '../../src/subscribe/attempt.ts';
import { attemptMemory } from '../../src/subscribe/attempt-memory.ts';
import { AttemptScope } from '../../src/subscribe/message-scope.ts';
import { Abandoned, Turn } from '../../src/subscribe/turn.ts';

describe('a turn', () => {
  function begin(turn: Turn): Attempt {
    const place = { topic: 't', partition: 0, offset: '0' };
    const message = { key: null, value: null, timestamp: '1', offset: '0', attributes: 0, headers: {} };
    const memory = attemptMemory(place, message, undefined);
    const scope = new AttemptScope(memory, undefined, turn.heartbeat, undefined);
    const attempt = new Attempt({ place, message, memory, turn }, scope, undefined, ROOT_CONTEXT);
    turn.began(attempt);
    return attempt;
  }

  it('aborts each attempt when its own time is over, with one timer for all', async () => {
    const turn = new Turn(async () => {}, 50);
    const aborted: number[] = [];
    const late: Promise<unknown>[] = [];
    for (let index = 0; index < 3; index++) {
      const attempt = begin(turn);
      late.push(once(attempt.scope.signal, 'abort').then(() => aborted.push(performance.now() - attempt.startedAt)));
      turn.ended(begin(turn));
      await once(AbortSignal.timeout(20), 'abort');
    }
    await Promise.all(late);
    turn.close();
    for (const age of aborted) expect(age).to.be.at.least(50);
  });

  it('leaves behind what has not ended at the timeout, and what is begun to be awaited after it', async () => {
    const turn = new Turn(async () => {}, undefined);
    const attempt = begin(turn);
    const left = turn.orAbandoned(attempt, new Promise(() => {})).catch((error: unknown) => error);
    turn.end(new Error('The subscription drains'), { grace: 0, timeout: 1 });
    expect(await left).to.be.instanceOf(Abandoned);
    const after = await turn.orAbandoned(begin(turn), Promise.resolve('done')).catch((error: unknown) => error);
    expect(after).to.be.instanceOf(Abandoned);
    expect(attempt.scope.signal.reason).to.have.property('message', 'The subscription drains');
    turn.close();
  });
});
