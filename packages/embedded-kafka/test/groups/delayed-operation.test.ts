import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { DelayedOperation } from '../../src/groups/delayed-operation.ts';

describe('DelayedOperation', () => {
  it('keeps the first answer, be it the close of the connection or the real one', async () => {
    const connection = new AbortController();
    const lost = new DelayedOperation('lost', connection.signal);
    const answered = new DelayedOperation('lost', connection.signal);
    answered.answer('first');
    connection.abort();
    lost.answer('late');
    answered.answer('second');
    expect([await lost.promise, await answered.promise]).to.deep.equal(['lost', 'first']);
  });

  it('leaves nothing on the signal of a connection that lives on', () => {
    const { signal } = new AbortController();
    new DelayedOperation('lost', signal).answer('done');
    expect(getEventListeners(signal, 'abort')).to.have.length(0);
  });

  it('is abandoned at once on a connection that is closed, and needs none', async () => {
    expect(await new DelayedOperation('lost', AbortSignal.abort()).promise).to.equal('lost');
    const parked = new DelayedOperation('lost', undefined);
    parked.answer('done');
    expect(await parked.promise).to.equal('done');
  });
});
