import { studioProviders } from '@tracelink/kafka/studio';
import { startStudio, StudioError, type Studio, type StudioAction, type StudioOptions } from '@tracelink/studio';
import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import { brokerAnswers } from './broker-answers.ts';
import { startEmbeddedPostgres } from './postgres/embedded-postgres.ts';
import { freePort } from './free-port.ts';
import type { Progress } from './progress.ts';
import { traceReplays } from './trace-replays.ts';
import { ServiceProcess } from './services/service-process.ts';

/** The demo's broker, database, services and studio. */
export interface DemoStack {
  /** Base URL of the orders service. */
  readonly ordersUrl: string;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  readonly orders: ServiceProcess;
  readonly fulfilment: ServiceProcess;
  /** Starts the courier, a program without tracelink, with modules that are imported before it. The caller stops it. */
  readonly startCourier: (imports: readonly string[]) => ServiceProcess;
  /** The studio, which gets the spans of both services. */
  readonly studio: Studio;
  /** Aborted when the demo ends. */
  readonly signal: AbortSignal;
}

/** How to start the stack. */
export interface StartStackOptions {
  readonly progress: Progress;
  /** Gets the cleanup of each part before the part is ready, so that an early end leaves nothing behind. */
  readonly closing: AsyncDisposableStack;
  /** Aborted before `closing` closes: nothing starts after it. */
  readonly signal: AbortSignal;
  /** The requested port of the orders service. */
  readonly port: number;
  /** The requested port of the studio. */
  readonly studioPort: number;
  /** Buttons on the studio's page. */
  readonly actions: readonly StudioAction[];
  readonly onLine: (service: string, line: string) => void;
}

// One note at a time and an empty backlog: a few orders at once exceed it, and the rest is spilled.
const narrowAudit = { AUDIT_CONCURRENCY: '1', AUDIT_BACKLOG: '0' };

/** Starts broker, database and studio, and each service as soon as its dependencies are ready. */
export async function startStack({ progress, closing, signal, port, studioPort, actions, onLine }: StartStackOptions): Promise<DemoStack> {
  const broker = kafkaUnderTest();
  closing.defer(() => stopWhenStarted(broker));
  const kafka = progress.step('Kafka', async () => {
    const started = await broker;
    await brokerAnswers(started.brokers);
    return started;
  });
  const database = progress.step('Postgres', startEmbeddedPostgres);
  closing.defer(() => stopWhenStarted(database));
  // The page asks for dead letters when it is looked at: the broker need not be there yet.
  const brokers = async (): Promise<string[]> => [...(await broker).brokers];
  const providers = studioProviders(new Kafka({ clientId: 'studio', brokers, logLevel: logLevel.NOTHING }), { allowReplay: true });
  const studio = progress.step('Studio', () => startStudioNear(studioPort, { actions, ...providers }));
  closing.defer(() => stopWhenStarted(studio));
  // The services export spans when they end, so the studio closes after them.
  const services: ServiceProcess[] = [];
  closing.defer(() => Promise.all(services.map((service) => service.stop())).then(() => undefined));

  const start = (name: string, entry: string, imports: readonly string[], env: Readonly<Record<string, string>>): ServiceProcess => {
    // No await from here to where `closing` has it.
    signal.throwIfAborted();
    const onRestart = (how: string): void => progress.say(`! The ${name} service ended (${how}) and restarts`);
    const service = new ServiceProcess({
      name,
      entry,
      imports: ['@tracelink/sdk/register', ...imports],
      env,
      onLine: (line) => onLine(name, line),
      onRestart,
    });
    services.push(service);
    return service;
  };
  const [started, { url: studioUrl, port: studioHas }] = await Promise.all([kafka, studio]);
  const tracing = traceReplays(studioUrl);
  closing.defer(() => tracing.shutdown().then(() => undefined));
  if (studioPort !== 0 && studioHas !== studioPort) progress.say(`  Port ${studioPort} is taken: the studio has ${studioHas}.`);
  const common = {
    KAFKA_BROKERS: started.brokers.join(','),
    OTEL_EXPORTER_OTLP_ENDPOINT: studioUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    // Milliseconds that spans and log lines are batched: a person is watching.
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_SCHEDULE_DELAY: '100',
    // Two hundred orders at once make more spans than the 2,048 of the default queue.
    OTEL_BSP_MAX_QUEUE_SIZE: '20000',
  };
  // The session is as short as a broker allows, so that the orders of a killed service soon go to the next process.
  const fulfilment = start('fulfilment', 'services/fulfilment/src/main.ts', [], { ...common, PORT: '0', KAFKA_SESSION_TIMEOUT: '6000' });
  const { url: DATABASE_URL } = await database;
  const ordersHas = await freePort(port);
  if (port !== 0 && ordersHas !== port) progress.say(`  Port ${port} is taken: the orders service gets ${ordersHas}.`);
  const orders = start('orders', 'services/orders/src/main.ts', [], { ...common, ...narrowAudit, DATABASE_URL, PORT: String(ordersHas) });
  await progress.step('Services', () => Promise.all([orders.ready, fulfilment.ready]));
  const startCourier = (imports: readonly string[]): ServiceProcess => start('courier', 'demo/courier/main.ts', imports, common);
  return {
    ordersUrl: `http://127.0.0.1:${ordersHas}`,
    brokers: started.brokers,
    orders,
    fulfilment,
    startCourier,
    studio: await studio,
    signal,
  };
}

/** The studio on the requested port, or on a free one when that is taken. */
async function startStudioNear(port: number, page: Pick<StudioOptions, 'actions' | 'deadLetters' | 'doctor'>): Promise<Studio> {
  try {
    return await startStudio({ port, ...page });
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cannot_listen')) throw error;
    return startStudio({ port: 0, ...page });
  }
}

/** Stops parts that may still be starting. A caller that waits for a part reports that it did not start. */
async function stopWhenStarted(part: Promise<{ stop(): Promise<void> }>): Promise<void> {
  const started = await part.catch(() => undefined);
  await started?.stop();
}
