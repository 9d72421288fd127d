// Runs shops that were never changed on this Node, under the flag, and prints the trace of each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { OtlpReceiver, traceTree } from '@tracelink/testing';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function traceOf(file) {
  const broker = await EmbeddedKafka.start({ topics: { 'orders.placed': 1, 'orders.packed': 1 } });
  const receiver = await OtlpReceiver.start();
  const port = await freePort();
  const shop = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', '--import', '@tracelink/register', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      KAFKA_BROKERS: broker.brokers.join(','),
      PORT: port,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_METRICS_EXPORTER: 'none',
    },
  });
  let said = '';
  shop.stderr.on('data', (text) => (said += text));
  for await (const line of createInterface({ input: shop.stdout })) {
    if (line === 'open') await fetch(`http://127.0.0.1:${port}`, { method: 'POST' });
    if (line === 'shipped tea') shop.kill('SIGTERM');
  }
  const tree = traceTree(receiver.spans);
  await receiver.stop();
  await broker.stop();
  return { tree, said: said.split('\n').filter((line) => line.includes('Warning')) };
}

const [first, second] = process.argv.slice(2);
process.stdout.write(JSON.stringify([await traceOf(first), await traceOf(second)]));
