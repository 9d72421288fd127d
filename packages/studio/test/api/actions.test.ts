import { startStudio, StudioError, type StudioAction } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const header = { 'x-tracelink-studio': '1' };

describe('the actions', () => {
  it('are listed in the order of the option', async () => {
    const run = (): Promise<{ message: string }> => Promise.resolve({ message: '' });
    const actions: StudioAction[] = [
      { name: 'burst', label: 'Burst of 200', description: '200 orders at once', run },
      { name: 'order', label: 'Order', run },
    ];
    await using studio = await startStudio({ port: 0, actions });
    expect(await get(studio, '/api/actions')).to.deep.equal({
      actions: [
        { name: 'burst', label: 'Burst of 200', description: '200 orders at once' },
        { name: 'order', label: 'Order' },
      ],
    });
  });

  it('run by a request with the header that no other site can send, and return the result', async () => {
    let runs = 0;
    const action: StudioAction = {
      name: 'ä/../?',
      label: 'Odd',
      run: () => {
        runs += 1;
        if (runs === 2) throw new Error('at once');
        return runs === 3 ? Promise.reject(new Error('later')) : Promise.resolve({ message: 'done', traceId: 'a'.repeat(32) });
      },
    };
    await using studio = await startStudio({ port: 0, actions: [action] });
    const run = (name: string, headers: Record<string, string>): Promise<RawAnswer> =>
      rawRequest(studio, `/api/actions/${encodeURIComponent(name)}`, { method: 'POST', headers });
    expect((await run(action.name, {})).status).to.equal(403);
    expect((await run('none', header)).status).to.equal(404);
    expect(runs).to.equal(0);
    const first = await run(action.name, header);
    expect([first.status, JSON.parse(first.body)]).to.deep.equal([200, { message: 'done', traceId: 'a'.repeat(32) }]);
    for (const error of ['at once', 'later']) {
      const failed = await run(action.name, header);
      expect([failed.status, JSON.parse(failed.body)]).to.deep.equal([500, { error }]);
    }
    expect((await run(action.name, header)).status).to.equal(200);
    expect((await rawRequest(studio, '/api/actions/order', { headers: header })).status).to.equal(405);
  });

  it('never run concurrently with themselves, and do not delay the studio’s stop', async () => {
    const { promise, resolve } = Promise.withResolvers<{ message: string }>();
    let started = (): void => {};
    const running = new Promise<void>((tell) => {
      started = tell;
    });
    const run = (): Promise<{ message: string }> => {
      started();
      return promise;
    };
    const studio = await startStudio({ port: 0, actions: [{ name: 'slow', label: 'Slow', run }] });
    const first = rawRequest(studio, '/api/actions/slow', { method: 'POST', headers: header }).catch((error: unknown) => error);
    await running;
    const second = await rawRequest(studio, '/api/actions/slow', { method: 'POST', headers: header });
    expect([second.status, JSON.parse(second.body)]).to.deep.equal([409, { error: 'Slow is running already.' }]);
    await studio.stop();
    resolve({ message: 'too late' });
    expect(await first).to.be.instanceOf(Error);
  });

  it('are rejected at the start when a name is repeated, or a name, label or function is missing', async () => {
    const good: StudioAction = { name: 'a', label: 'A', run: () => Promise.resolve({ message: '' }) };
    for (const actions of [[good, good], [{ ...good, name: '' }], [{ ...good, label: '' }], [{ name: 'a', label: 'A' } as StudioAction]]) {
      const error: unknown = await startStudio({ port: 0, actions }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StudioError).and.include({ code: 'invalid_option' });
    }
  });
});
