import type { ClientMaker } from '../client/client-maker.ts';
import { isAbsent } from '../client/installed-client.ts';
import { errorMessage } from '../core/error-type.ts';
import { studioProviders } from '../studio/studio-providers.ts';
import type { StudioAsked } from './studio-arguments.ts';
import { exitCodes, type Terminal } from './terminal.ts';

/** Starts the studio with the dead-letter topics and the doctor, until the signal. @returns the exit code */
export async function studioCommand(
  kafka: ClientMaker,
  { options, allowReplay }: StudioAsked,
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const page = await installed('@tracelink/studio', async () => import('@tracelink/studio'));
  if (page === undefined) {
    say('tracelink-kafka: studio needs the package @tracelink/studio beside this one: npm install --save-dev @tracelink/studio');
    return exitCodes.failed;
  }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stop(), { once: true });
  let studio;
  try {
    studio = await page.startStudio({ ...options, ...studioProviders(kafka, { allowReplay }) });
  } catch (error) {
    say(`tracelink-kafka: ${errorMessage(error)}`);
    return error instanceof page.StudioError && error.code === 'invalid_option' ? exitCodes.wrongOptions : exitCodes.failed;
  }
  const overGrpc = studio.grpcUrl === undefined ? '' : `, or over gRPC to ${studio.grpcUrl}`;
  print(`tracelink studio is at ${studio.url}\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=${studio.url}${overGrpc}`);
  say(sayingOf(allowReplay, options.host));
  const tracing = allowReplay ? await traceReplays(studio.url, say) : undefined;
  if (!signal.aborted) await stopped;
  await tracing?.[Symbol.asyncDispose]();
  await studio.stop();
  return exitCodes.done;
}

/**
 * Traces what the page replays, with the spans delivered to the studio itself; where an SDK runs in this process already, it does.
 *
 * @param say is told what to install where there is no SDK
 * @returns what delivers the last of them
 */
async function traceReplays(url: string, say: Terminal['say']): Promise<AsyncDisposable | undefined> {
  const tracing = await installed('@tracelink/sdk', async () => import('@tracelink/sdk'));
  if (tracing === undefined) {
    say('The replays have no trace of their own: npm install --save-dev @tracelink/sdk, and they are in the list of traces.');
    return undefined;
  }
  // The exporter is configured by its variables alone, and those that name traces count before the others.
  Object.assign(process.env, {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  try {
    // Nothing else is traced, or each export would make the next one.
    return tracing.startTracing({ serviceName: 'studio', instrumentations: [] });
  } catch (error) {
    if (error instanceof tracing.SdkError && error.code === 'already_started') return undefined;
    throw error;
  }
}

/** An optional peer: who replays from a shell needs neither a page nor an SDK. @returns undefined where it is not installed */
async function installed<Module>(name: string, load: () => Promise<Module>): Promise<Module | undefined> {
  try {
    return await load();
  } catch (error) {
    if (isAbsent(error, name)) return undefined;
    throw error;
  }
}

function sayingOf(allowReplay: boolean, host = '127.0.0.1'): string {
  if (!allowReplay) return 'Read only: --allow-replay lets the page send records again.';
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  const who = isHere ? '' : ` by everybody who reaches ${host}: no one is asked for a password`;
  return `Records of dead-letter topics may be sent again from the page${who}.`;
}
