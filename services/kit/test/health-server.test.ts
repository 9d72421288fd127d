import { serveHealth } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { freePort } from '../../../demo/free-port.ts';

describe('serveHealth', () => {
  it('answers 503 until the service is ready, then 200 with the service’s report, and 404 to other paths', async () => {
    const port = await freePort();
    let ready = false;
    const server = await serveHealth({ host: '127.0.0.1', port }, () => ({ ready, since: 7 }));
    const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await status('/health')).to.equal(503);
    ready = true;
    expect(await status('/health')).to.equal(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).to.deep.equal({ ready: true, since: 7 });
    expect(await status('/')).to.equal(404);
    await server.close();
  });
});
