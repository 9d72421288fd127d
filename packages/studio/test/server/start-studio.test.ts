import { startStudio, StudioError, type StudioOptions } from '@tracelink/studio';
import { expect } from 'chai';

const rejection = (options: StudioOptions): Promise<unknown> =>
  startStudio(options).then(
    (studio) => studio.stop(),
    (reason: unknown) => reason,
  );

describe('startStudio', () => {
  it('listens on a free port of this machine alone, and says where', async () => {
    await using studio = await startStudio({ port: 0 });
    expect(studio.url).to.equal(`http://127.0.0.1:${studio.port}`);
    expect(studio.traceUrl('abc')).to.equal(`${studio.url}/traces/abc`);
    const response = await fetch(`${studio.url}/nowhere`);
    expect([response.status, await response.json()]).to.deep.equal([404, { error: 'There is nothing at /nowhere.' }]);
  });

  it('listens on IPv6 too', async () => {
    await using studio = await startStudio({ port: 0, host: '::1' });
    expect(studio.url).to.equal(`http://[::1]:${studio.port}`);
    expect((await fetch(studio.url)).status).to.equal(200);
  });

  it('rejects with cannot_listen when its port is taken, or its host is none of this machine', async () => {
    await using first = await startStudio({ port: 0 });
    for (const options of [{ port: first.port }, { port: 0, host: '192.0.2.1' }]) {
      const error = await rejection(options);
      expect(error).to.be.instanceOf(StudioError).and.include({ code: 'cannot_listen' });
      expect(error).to.have.property('cause').that.is.instanceOf(Error);
    }
  });

  it('rejects with invalid_option what an option cannot be, and names the option', async () => {
    for (const [option, value] of [
      ['port', -1],
      ['port', 65_536],
      ['port', 1.5],
      ['grpcPort', 65_536],
      ['grpcPort', 'none'],
      ['host', ''],
      ['host', ' '],
      ['host', null],
      ['maxSpans', 0],
      ['maxSpansPerTrace', -1],
      ['maxLogLinesPerTrace', Number.NaN],
      ['maxBytes', Infinity],
      ['maxAgeMs', '1h'],
      ['maxBodyBytes', 0.5],
      ['allowedHosts', ['a.internal:80']],
      ['allowedHosts', ['::1']],
      ['allowedHosts', ['http://a.internal']],
      ['allowedHosts', 'a.internal'],
    ] as const) {
      const error = await rejection({ port: 0, [option]: value } as StudioOptions);
      expect(error, option).to.be.instanceOf(StudioError).and.include({ code: 'invalid_option' });
      expect((error as Error).message).to.match(new RegExp(`^\\[invalid_option\\] "${option}" must `));
    }
    await using studio = await startStudio({ port: 0, allowedHosts: ['[fd00::1]', '10.0.0.1'] });
    expect(studio.port).to.be.above(0);
  });

  it('rejects with unknown_option what is no option, and names those that are', async () => {
    const error = await rejection({ port: 0, maxSpan: 7 } as StudioOptions);
    expect(error).to.be.instanceOf(StudioError).and.include({ code: 'unknown_option' });
    expect((error as Error).message).to.match(
      /^\[unknown_option\] startStudio has no option "maxSpan": use port, grpcPort, .*maxSpans, .*maxBodyBytes\.$/,
    );
  });

  it('frees its port when it stops, and stops twice', async () => {
    const studio = await startStudio({ port: 0 });
    await Promise.all([studio.stop(), studio.stop()]);
    await studio.stop();
    await using next = await startStudio({ port: studio.port });
    expect(next.port).to.equal(studio.port);
  });
});
