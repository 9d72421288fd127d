import { untilUp } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { LogLines } from './support/log-lines.ts';

describe('untilUp', () => {
  it('retries until the work succeeds, and logs what it waits for', async () => {
    const { log, lines } = new LogLines();
    let attempts = 0;
    const up = await untilUp(
      'The database',
      async () => {
        attempts += 1;
        if (attempts < 3) throw new Error('refused');
        return 'up';
      },
      { log, signal: new AbortController().signal },
    );
    expect({ up, attempts }).to.deep.equal({ up: 'up', attempts: 3 });
    expect(lines.map(({ msg, retryInMs }) => [msg, retryInMs])).to.deep.equal([
      ['The database is not up yet', 100],
      ['The database is not up yet', 200],
    ]);
  });

  it('ends when the signal is aborted, also during a delay', async () => {
    const stop = new AbortController();
    const logs = new LogLines();
    const waiting = untilUp('The broker', () => Promise.reject(new Error('refused')), { log: logs.log, signal: stop.signal }).catch(
      (error: unknown) => error,
    );
    await logs.line('The broker is not up yet');
    stop.abort();
    expect(await waiting).to.have.property('name', 'AbortError');
  });
});
