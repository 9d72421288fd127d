import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';

/** The labels of each series of a scrape, by its name. */
export type Series = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Starts the measured service as an operator does, by `--import @tracelink/sdk/register` and variables alone, scrapes it as Prometheus does
 * when it has done its work, and ends it.
 *
 * @param topics two topics that exist
 */
export async function scrapeMeasuredService(brokers: readonly string[], topics: readonly [string, string]): Promise<string> {
  const port = await freePort();
  const flags = ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning', '--import', '@tracelink/sdk/register'];
  const service = spawn(process.execPath, [...flags, join(import.meta.dirname, 'measured-service.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      KAFKA_BROKERS: brokers.join(','),
      TOPICS: topics.join(','),
      OTEL_SERVICE_NAME: 'measured',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  });
  try {
    await saysMeasured(service);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    return await answer.text();
  } finally {
    const closed = once(service, 'close');
    service.stdin.end();
    await closed;
  }
}

/** The series of a text in Prometheus' format. */
export function seriesOf(text: string): Series {
  const series = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? /gm)) {
    const known = series.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/(?:^|,)(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

async function saysMeasured(service: ChildProcess): Promise<void> {
  if (service.stdout === null) throw new Error('The service has no stdout.');
  for await (const line of createInterface(service.stdout)) if (line === 'measured') return;
  throw new Error('The service ended before it had done its work.');
}
