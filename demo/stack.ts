import { kafkaUnderTest, OtlpReceiver } from '@tracelink/testing';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { freePort } from './free-port.ts';
import type { Progress } from './progress.ts';
import { startService } from './service-process.ts';

/** What the demo runs on. */
export interface DemoStack {
  /** Base URL of the orders service. */
  readonly ordersUrl: string;
  readonly receiver: OtlpReceiver;
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
  readonly onLine: (service: string, line: string) => void;
}

// One note at a time and none that waits: a few orders at once are more than there is room for, and the rest is spilled.
const narrowAudit = { AUDIT_CONCURRENCY: '1', AUDIT_BACKLOG: '0' };

/** Starts broker, database, OTLP receiver and, once they are there, both services. */
export async function startStack({ progress, closing, signal, port: wanted, onLine }: StartStackOptions): Promise<DemoStack> {
  const broker = progress.step('Kafka', kafkaUnderTest);
  closing.defer(() => stopWhenStarted(broker));
  const database = progress.step('Postgres', startEmbeddedPostgres);
  closing.defer(() => stopWhenStarted(database));
  const receiving = OtlpReceiver.start();
  closing.defer(() => stopWhenStarted(receiving));
  const [{ brokers }, { url }, receiver] = await Promise.all([broker, database, receiving]);

  const port = await freePort(wanted);
  // From here to the services' closing nothing is awaited, so a stop comes either before both or after both.
  signal.throwIfAborted();
  if (wanted !== 0 && port !== wanted) progress.say(`  Port ${wanted} is taken: the orders service gets ${port}.`);
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Milliseconds that spans wait for others: somebody is watching.
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  const services = [
    startService({
      name: 'orders',
      env: { ...env, DATABASE_URL: url, PORT: String(port), ...narrowAudit },
      onLine: (line) => onLine('orders', line),
    }),
    startService({ name: 'fulfilment', env: { ...env, PORT: '0' }, onLine: (line) => onLine('fulfilment', line) }),
  ];
  closing.defer(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });
  await progress.step('Services', () => Promise.all(services.map(({ ready }) => ready)));
  return { ordersUrl: `http://127.0.0.1:${port}`, receiver };
}

/** Stops what may still be starting. That it did not start is told by who waits for it. */
async function stopWhenStarted(part: Promise<{ stop(): Promise<void> }>): Promise<void> {
  const started = await part.catch(() => undefined);
  await started?.stop();
}
