import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { rawRequest } from '../support/raw-request.ts';

describe('a caller of the studio', () => {
  it('is answered when it uses a name of this machine, with any port', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const host of ['localhost', 'LOCALHOST:1', `127.0.0.1:${studio.port}`, '[::1]:4318']) {
      expect((await rawRequest(studio, '/api/traces', { headers: { host } })).status, host).to.equal(200);
    }
  });

  it('is rejected when it uses another name, by the page, the API and the receiver (DNS rebinding)', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const host of ['evil.example', 'evil.example:4318', 'localhost.evil.example', '127.0.0.1.evil.example', '169.254.169.254']) {
      for (const [method, path] of [
        ['GET', '/'],
        ['GET', '/api/traces'],
        ['POST', '/v1/traces'],
        ['GET', '/nowhere'],
      ] as const) {
        const answer = await rawRequest(studio, path, { method, headers: { host, 'content-type': 'application/json' } });
        expect(answer.status, `${host} ${path}`).to.equal(403);
        expect(JSON.parse(answer.body))
          .to.have.property('error')
          .that.contains(`"${host.split(':')[0]}"`);
      }
    }
  });

  it('is answered when it uses the host that the studio was given, or one that it was told to allow', async () => {
    await using studio = await startStudio({ port: 0, host: '127.0.0.2', allowedHosts: ['Host.docker.internal'] });
    expect(studio.url).to.equal(`http://127.0.0.2:${studio.port}`);
    expect((await fetch(`${studio.url}/api/traces`)).status).to.equal(200);
    await using everywhere = await startStudio({ port: 0, host: '0.0.0.0', allowedHosts: ['Host.docker.internal'] });
    expect(everywhere.url).to.equal(`http://localhost:${everywhere.port}`);
    for (const host of ['host.docker.internal:4318', 'HOST.docker.internal', '0.0.0.0']) {
      expect((await rawRequest(everywhere, '/api/traces', { headers: { host } })).status, host).to.equal(200);
    }
    expect((await rawRequest(everywhere, '/api/traces', { headers: { host: 'other.internal' } })).status).to.equal(403);
  });

  it('is refused when it is a page of another site, by Origin or by what its browser says of it', async () => {
    await using studio = await startStudio({ port: 0 });
    const host = `127.0.0.1:${studio.port}`;
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await rawRequest(studio, '/api/traces', { headers: { host, ...headers } })).status;
    expect(await status({ origin: `http://${host}` })).to.equal(200);
    for (const origin of ['http://evil.example', 'null', `https://${host}`, 'http://127.0.0.1:1', `http://localhost:${studio.port}`]) {
      expect(await status({ origin }), origin).to.equal(403);
    }
    for (const site of ['cross-site', 'same-site']) {
      expect(await status({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }), site).to.equal(403);
      // A link from elsewhere.
      expect(await status({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }), site).to.equal(200);
    }
    expect(await status({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).to.equal(200);
  });
});
