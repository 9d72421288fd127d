import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { OtlpReceiver, traceTree } from '@tracelink/testing';

const readme = readFileSync('README.md', 'utf8');
// What the page says is what is run, and what the trace must be.
const commands = readme.match(/^OTEL_SERVICE_NAME=shop node --import .*$/gm);
const [, tree] = /```text\n(.*?)\n```/s.exec(readme);

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

test('the page has a command for each form of the code', () => {
  assert.deepEqual(
    commands.map((command) => command.split(' ').at(-1)),
    ['shop.mjs', 'shop.cjs', 'dist/shop.js', 'dist/bundle.mjs'],
  );
});

for (const command of commands)
  test(`one trace from the request to the last consumer: ${command}`, async () => {
    await using broker = await EmbeddedKafka.start({ topics: { 'orders.placed': 1, 'orders.packed': 1 } });
    await using receiver = await OtlpReceiver.start();
    const port = await freePort();
    const shop = spawn(`exec env ${command}`, {
      shell: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        KAFKA_BROKERS: broker.brokers.join(','),
        PORT: String(port),
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    for await (const line of createInterface({ input: shop.stdout })) {
      if (line === 'open') assert.equal(await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST' })).text(), 'placed');
      // The flag delivers what is held back, then lets the signal end the shop.
      if (line === 'shipped tea') shop.kill('SIGTERM');
    }
    assert.equal(traceTree(receiver.spans), tree);
  });
