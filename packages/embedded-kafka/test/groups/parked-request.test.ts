import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { ParkedRequest } from '../../src/groups/parked-request.ts';

describe('ParkedRequest', () => {
  it('keeps the first answer, be it the close of the connection or the real one', async () => {
    const connection = new AbortController();
    const lost = new ParkedRequest('lost', connection.signal);
    const answered = new ParkedRequest('lost', connection.signal);
    answered.answer('first');
    connection.abort();
    lost.answer('late');
    answered.answer('second');
    expect([await lost.promise, await answered.promise]).to.deep.equal(['lost', 'first']);
  });

  it('leaves nothing on the signal of a connection that lives on', () => {
    const { signal } = new AbortController();
    new ParkedRequest('lost', signal).answer('done');
    expect(getEventListeners(signal, 'abort')).to.have.length(0);
  });

  it('is abandoned at once on a connection that is closed, and needs none', async () => {
    expect(await new ParkedRequest('lost', AbortSignal.abort()).promise).to.equal('lost');
    const parked = new ParkedRequest('lost', undefined);
    parked.answer('done');
    expect(await parked.promise).to.equal('done');
  });
});
