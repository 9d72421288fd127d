// A service that knows nothing of tracing: it serves one request of its own, says so, and goes on until it is stopped.
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

const app = Fastify();
app.get('/fastify', async () => 'ok');
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;

const plain = createServer((_request, response) => {
  fetch(`http://127.0.0.1:${port}/fastify`)
    .then(async (answer) => response.end(await answer.text()))
    .catch(() => response.destroy());
}).listen(0, '127.0.0.1', () => {
  get({ port: (plain.address() as AddressInfo).port, path: '/plain', agent: false }, (response) => {
    response.resume();
    response.on('end', () => process.stdout.write('served\n'));
  });
});

if (process.argv.includes('--handle-sigterm')) {
  process.on('SIGTERM', () => {
    process.stdout.write('closing\n');
    plain.close();
    plain.closeAllConnections();
    void app.close();
  });
}
