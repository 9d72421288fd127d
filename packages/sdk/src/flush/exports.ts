import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';

/** What exporters of spans, of metrics and of log records have in common. */
interface Exporter {
  export(items: unknown, done: (result: ExportResult) => void): void;
}

/** What became of an exporter's exports since it is watched. */
interface Exports {
  /** Each resolves when its export is over, however it went. */
  readonly inFlight: Set<Promise<void>>;
  failures: number;
  lastError: unknown;
}

/** An exporter keeps its watch, also through a shutdown and the next start. */
const watched = new WeakMap<Exporter, Exports>();

/**
 * Watches the exports of a provider, from the first call on. Its own flush does not tell of all of them: that of spans resolves while a batch
 * that was sent before is still in flight, and those of metrics and of log records where the collector refuses what it gets.
 *
 * Exporters inside a processor or a reader that is not the SDK's own are not seen.
 *
 * @returns waits for the exports that are in flight when it is called; rejects with the error of one that has failed since `watchExports`
 */
export function watchExports(provider: object): () => Promise<void> {
  const all = exportersOf(provider).map((exporter) => watched.get(exporter) ?? watch(exporter));
  const before = all.map(({ failures }) => failures);
  return async () => {
    await Promise.all(all.flatMap(({ inFlight }) => [...inFlight]));
    const failed = all.find(({ failures }, index) => failures !== before[index]);
    if (failed !== undefined) throw failed.lastError;
  };
}

/**
 * Waits for what the SDK finds out of the machine after its start. Batches of spans that wait for it are in no queue any more and not in
 * flight yet.
 */
export async function resourceSettled(provider: object): Promise<void> {
  const { _resource: resource } = provider as ProviderParts;
  if (resource?.asyncAttributesPending === true) await resource.waitForAsyncAttributes?.();
}

function watch(exporter: Exporter): Exports {
  const seen: Exports = { inFlight: new Set(), failures: 0, lastError: undefined };
  const exportItems = exporter.export.bind(exporter);
  const watchedExport: Exporter['export'] = (items, done) => {
    const over = Promise.withResolvers<void>();
    const end = ({ code, error }: ExportResult): void => {
      if (!seen.inFlight.delete(over.promise)) return;
      if (code !== ExportResultCode.SUCCESS) {
        seen.failures++;
        seen.lastError = error;
      }
      over.resolve();
    };
    seen.inFlight.add(over.promise);
    try {
      exportItems(items, (result) => {
        end(result);
        done(result);
      });
    } catch (error) {
      end({ code: ExportResultCode.FAILED, error: error as Error });
      throw error;
    }
  };
  // Unlike an assignment, it does not throw where an exporter is frozen: that one goes unseen.
  Reflect.set(exporter, 'export', watchedExport);
  watched.set(exporter, seen);
  return seen;
}

/** Where the SDK keeps its exporters and its resource: no public member leads there. */
interface ProviderParts {
  readonly _resource?: Partial<Pick<Resource, 'asyncAttributesPending' | 'waitForAsyncAttributes'>>;
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: unknown };
  readonly _sharedState?: { readonly activeProcessor?: { readonly processors?: unknown }; readonly metricCollectors?: unknown };
}

/** A processor or a reader. */
interface Part {
  readonly _exporter?: Partial<Exporter>;
}

function exportersOf(provider: object): Exporter[] {
  const { _activeSpanProcessor: spans, _sharedState: shared } = provider as ProviderParts;
  const collectors = list(shared?.metricCollectors) as readonly { readonly _metricReader?: Part }[];
  const parts = [
    ...(list(spans?._spanProcessors) as readonly Part[]),
    ...(list(shared?.activeProcessor?.processors) as readonly Part[]),
    ...collectors.map(({ _metricReader }) => _metricReader),
  ];
  return parts.map((part) => part?._exporter).filter((exporter): exporter is Exporter => typeof exporter?.export === 'function');
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
