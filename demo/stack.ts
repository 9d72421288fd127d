import { startStudio, StudioError, type Studio, type StudioAction } from '@tracelink/studio';
import { kafkaUnderTest } from '@tracelink/testing';
import { brokerAnswers } from './broker-answers.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { freePort } from './free-port.ts';
import type { Progress } from './progress.ts';
import { ServiceProcess } from './service-process.ts';

/** What the demo runs on. */
export interface DemoStack {
  /** Base URL of the orders service. */
  readonly ordersUrl: string;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  readonly orders: ServiceProcess;
  readonly fulfilment: ServiceProcess;
  /** Gets the spans of both services. */
  readonly studio: Studio;
  /** Aborts when the demo ends. */
  readonly signal: AbortSignal;
}

/** How the stack is started. */
export interface StartStackOptions {
  readonly progress: Progress;
  /** Gets the closing of each part before the part is up, so that a stop midway leaves nothing behind. */
  readonly closing: AsyncDisposableStack;
  /** Aborts before `closing` closes: nothing is started after it. */
  readonly signal: AbortSignal;
  /** The port that the orders service shall have. */
  readonly port: number;
  /** The port that the studio shall have. */
  readonly studioPort: number;
  /** Buttons on the studio's page. */
  readonly actions: readonly StudioAction[];
  readonly onLine: (service: string, line: string) => void;
}

// One note at a time and none that waits: a few orders at once are more than there is room for, and the rest is spilled.
const narrowAudit = { AUDIT_CONCURRENCY: '1', AUDIT_BACKLOG: '0' };

/** Starts broker, database and studio, and each service as soon as what it needs is there. */
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
  const studio = progress.step('Studio', () => startStudioNear(studioPort, actions));
  closing.defer(() => stopWhenStarted(studio));
  // Their spans get out when they end, so the studio closes after them.
  const services: ServiceProcess[] = [];
  closing.defer(() => Promise.all(services.map((service) => service.stop())).then(() => undefined));

  const start = (name: 'orders' | 'fulfilment', env: Readonly<Record<string, string>>): ServiceProcess => {
    // Nothing is awaited from here to where the closing finds it.
    signal.throwIfAborted();
    const onRestart = (how: string): void => progress.say(`! The ${name} service ended (${how}) and is started again`);
    const service = new ServiceProcess({ name, env, onLine: (line) => onLine(name, line), onRestart });
    services.push(service);
    return service;
  };
  const [{ brokers }, { url: studioUrl, port: studioHas }] = await Promise.all([kafka, studio]);
  if (studioPort !== 0 && studioHas !== studioPort) progress.say(`  Port ${studioPort} is taken: the studio has ${studioHas}.`);
  const common = {
    KAFKA_BROKERS: brokers.join(','),
    OTEL_EXPORTER_OTLP_ENDPOINT: studioUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    // Milliseconds that spans and log lines wait for others: somebody is watching.
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_SCHEDULE_DELAY: '100',
    // Two hundred orders at once make more spans than the 2,048 that may wait.
    OTEL_BSP_MAX_QUEUE_SIZE: '20000',
  };
  // The session is as short as a broker allows, so that the orders of a killed service soon go to the next.
  const fulfilment = start('fulfilment', { ...common, PORT: '0', KAFKA_SESSION_TIMEOUT: '6000' });
  const { url: DATABASE_URL } = await database;
  const ordersHas = await freePort(port);
  if (port !== 0 && ordersHas !== port) progress.say(`  Port ${port} is taken: the orders service gets ${ordersHas}.`);
  const orders = start('orders', { ...common, ...narrowAudit, DATABASE_URL, PORT: String(ordersHas) });
  await progress.step('Services', () => Promise.all([orders.ready, fulfilment.ready]));
  return { ordersUrl: `http://127.0.0.1:${ordersHas}`, brokers, orders, fulfilment, studio: await studio, signal };
}

/** The studio on the port that was asked for, or on a free one when that is taken. */
async function startStudioNear(port: number, actions: readonly StudioAction[]): Promise<Studio> {
  try {
    return await startStudio({ port, actions });
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cannot_listen')) throw error;
    return startStudio({ port: 0, actions });
  }
}

/** Stops what may still be starting. That it did not start is told by who waits for it. */
async function stopWhenStarted(part: Promise<{ stop(): Promise<void> }>): Promise<void> {
  const started = await part.catch(() => undefined);
  await started?.stop();
}
