import { startStudio, StudioError } from '@tracelink/studio';
import { expect } from 'chai';

describe('startStudio', () => {
  it('listens on a free port of this machine alone, and says where', async () => {
    await using studio = await startStudio({ port: 0 });
    expect(studio.url).to.equal(`http://127.0.0.1:${studio.port}`);
    const response = await fetch(`${studio.url}/nowhere`);
    expect([response.status, await response.json()]).to.deep.equal([404, { error: 'There is nothing at /nowhere.' }]);
  });

  it('rejects with cannot_listen when its port is taken', async () => {
    await using first = await startStudio({ port: 0 });
    const error = await startStudio({ port: first.port }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(StudioError);
    expect(error).to.include({ code: 'cannot_listen' });
  });

  it('frees its port when it stops, and stops twice', async () => {
    const studio = await startStudio({ port: 0 });
    await studio.stop();
    await studio.stop();
    await using next = await startStudio({ port: studio.port });
    expect(next.port).to.equal(studio.port);
  });
});
