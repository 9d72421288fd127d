import type { startStudio } from '@tracelink/studio';
import type { Kafka } from 'kafkajs';
import { errorMessage } from '../core/error-type.ts';
import { studioProviders } from '../studio/studio-providers.ts';
import type { StudioAsked } from './studio-arguments.ts';
import type { Terminal } from './terminal.ts';

/** Starts the studio with the dead-letter topics and the doctor, until the signal. @returns the exit code */
export async function studioCommand(
  kafka: Kafka,
  { port, host, allowedHosts, allowReplay }: StudioAsked & { readonly what: 'studio' },
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const start = await installedStudio();
  if (start === undefined) {
    say('tracelink-kafka: studio needs the package @tracelink/studio beside this one: npm install --save-dev @tracelink/studio');
    return 1;
  }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stop(), { once: true });
  let studio;
  try {
    studio = await start({
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
      ...(allowedHosts !== undefined && { allowedHosts }),
      ...studioProviders(kafka, { allowReplay }),
    });
  } catch (error) {
    say(`tracelink-kafka: ${errorMessage(error)}`);
    return 1;
  }
  print(`tracelink studio is at ${studio.url}\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=${studio.url}`);
  say(
    allowReplay
      ? 'Records of dead-letter topics may be sent again from the page.'
      : 'Read only: --allow-replay lets the page send records again.',
  );
  if (!signal.aborted) await stopped;
  await studio.stop();
  return 0;
}

/** It is an optional peer: who replays from a shell does not need a page. */
async function installedStudio(): Promise<typeof startStudio | undefined> {
  try {
    return (await import('@tracelink/studio')).startStudio;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
