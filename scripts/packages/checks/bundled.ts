import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.ts';

/** A service in one file: it sends, consumes, and says whether the handler was in the request's trace. */
const service = `
  import { context, propagation, trace } from '@opentelemetry/api';
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { W3CTraceContextPropagator } from '@opentelemetry/core';
  import { TracerProvider } from '@opentelemetry/sdk-trace';
  import { traceId } from '@tracelink/context';
  import { EmbeddedKafka } from '@tracelink/embedded-kafka';
  import { wrapProducer } from '@tracelink/kafka';
  import { subscribe } from '@tracelink/kafka/subscribe';
  import { Kafka, logLevel } from 'kafkajs';

  async function main() {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(new TracerProvider());
    const broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const kafka = new Kafka({ clientId: 'bundled', brokers: broker.brokers, logLevel: logLevel.NOTHING });
    const producer = wrapProducer(kafka.producer());
    await producer.connect();
    const request = trace.getTracer('bundled').startSpan('request');
    await context.with(trace.setSpan(context.active(), request), () => producer.send({ topic: 'orders', messages: [{ value: 'tea' }] }));
    await producer.disconnect();
    let handled;
    const traced = new Promise((resolve) => (handled = resolve));
    const subscription = await subscribe(kafka, {
      groupId: 'packing',
      topics: ['orders'],
      fromBeginning: true,
      handler: () => handled(traceId()),
    });
    const isOneTrace = (await traced) === request.spanContext().traceId;
    await subscription.drain();
    await broker.stop();
    console.log(isOneTrace ? 'one trace' : 'two traces');
  }
  void main();
`;

const bundles = [
  { name: 'external.mjs', options: ['--format=esm', '--packages=external'] },
  { name: 'external.cjs', options: ['--format=cjs', '--packages=external'] },
  { name: 'inlined.cjs', options: ['--format=cjs'] },
  // What is of CommonJS in it asks for Node's own modules by require.
  {
    name: 'inlined.mjs',
    options: ['--format=esm', `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`],
  },
];

/**
 * What is wrong with a service that esbuild made one file of, with the packages beside it or inside.
 *
 * @param folder where the tarballs are installed
 */
export async function bundleProblems(folder: string): Promise<string[]> {
  const home = join(folder, 'esbuild');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{}');
  const installed = await runCommand('npm', ['install', '--prefix', home, '--prefer-offline', '--no-audit', 'esbuild@0.28.2']);
  if (!installed.ok) return [installed.failure];
  writeFileSync(join(folder, 'service.mjs'), service);
  const problems: string[] = [];
  for (const { name, options } of bundles) {
    const esbuild = join(home, 'node_modules/.bin/esbuild');
    const built = await runCommand(
      esbuild,
      ['service.mjs', '--bundle', '--platform=node', '--target=node22.15', '--log-level=warning', `--outfile=${name}`, ...options],
      folder,
    );
    const ran = built.ok ? await runCommand('node', [name], folder) : built;
    if (!ran.ok || ran.stdout.trim() !== 'one trace') problems.push(`the bundle ${name}: ${ran.failure || ran.stdout}`);
  }
  return problems;
}
