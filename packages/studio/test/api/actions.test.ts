import { startStudio, StudioError, type StudioAction } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const header = { 'x-tracelink-studio': '1' };

describe('the actions', () => {
  it('are listed as they were given, in their order', async () => {
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

  it('run when they are asked to, with the header that no page of another site can send, and answer what came of it', async () => {
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

  it('never run twice at once, and hold no one up when the studio stops', async () => {
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

  it('are refused when the studio starts, where two have one name or one has no name, label or function', async () => {
    const good: StudioAction = { name: 'a', label: 'A', run: () => Promise.resolve({ message: '' }) };
    for (const actions of [[good, good], [{ ...good, name: '' }], [{ ...good, label: '' }], [{ name: 'a', label: 'A' } as StudioAction]]) {
      const error: unknown = await startStudio({ port: 0, actions }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StudioError).and.include({ code: 'invalid_option' });
    }
  });
});
