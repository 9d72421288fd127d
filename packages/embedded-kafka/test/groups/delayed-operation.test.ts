import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { DelayedOperation } from '../../src/groups/classic/member.ts';

describe('DelayedOperation', () => {
  it('resolves with the first answer, whether the connection closed or the group answered', async () => {
    const connection = new AbortController();
    const lost = new DelayedOperation('lost', connection.signal);
    const answered = new DelayedOperation('lost', connection.signal);
    answered.answer('first');
    connection.abort();
    lost.answer('late');
    answered.answer('second');
    expect([await lost.promise, await answered.promise]).to.deep.equal(['lost', 'first']);
  });

  it('removes its listener from the signal once it is answered', () => {
    const { signal } = new AbortController();
    new DelayedOperation('lost', signal).answer('done');
    expect(getEventListeners(signal, 'abort')).to.have.length(0);
  });

  it('is abandoned at once when the connection is closed, and works without a signal', async () => {
    expect(await new DelayedOperation('lost', AbortSignal.abort()).promise).to.equal('lost');
    const delayed = new DelayedOperation('lost', undefined);
    delayed.answer('done');
    expect(await delayed.promise).to.equal('done');
  });
});
