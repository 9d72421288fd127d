import { watchExports } from '../flush/exports.ts';
import { flush, telemetryProviders } from '../flush/flush.ts';
import { startTracing, type FlushOptions, type Tracing } from './start-tracing.ts';
import { SdkError, type StartTracingOptions } from './start-tracing-options.ts';

const timeoutOfFlush = 5_000;

/**
 * `startTracing` for a program that no one changes: an SDK that is registered already stays the only one, and a warning of the process says
 * so. What is returned then delivers what that SDK holds back; to end it is the work of who started it.
 */
export function startBeside(options: StartTracingOptions): Tracing {
  try {
    return startTracing(options);
  } catch (error) {
    if (!(error instanceof SdkError) || error.code !== 'already_started') throw error;
    sayAlreadyStarted(error);
    return tracingOfOthers();
  }
}

function sayAlreadyStarted(error: SdkError): void {
  const text =
    telemetryProviders().size === 0
      ? error.message
      : 'An OpenTelemetry SDK is registered in this process already, and traces it: @tracelink/sdk starts none beside it. Start the program with one of ' +
        'them: without --import @tracelink/sdk/register, and with --import @tracelink/kafka/register where it was @tracelink/register.';
  process.emitWarning(text, { code: 'TRACELINK_ALREADY_STARTED' });
}

function tracingOfOthers(): Tracing {
  for (const provider of telemetryProviders().values()) watchExports(provider);
  const forceFlush = async ({ timeout = timeoutOfFlush }: FlushOptions = {}): Promise<Awaited<ReturnType<Tracing['forceFlush']>>> =>
    flush(telemetryProviders(), 'forceFlush', timeout);
  return {
    forceFlush,
    shutdown: forceFlush,
    async [Symbol.asyncDispose]() {
      await forceFlush();
    },
  };
}
