import { trace } from '@opentelemetry/api';
import { sayUnseenApi, unseenApiVersion } from '@tracelink/context/internal';
import { channels } from '../channels/channels.ts';
import { makesSpans } from '../telemetry/tracing-guards.ts';

/**
 * Says once in a process that nothing is traced where no SDK has registered a tracer provider by the first message that is sent or handled.
 * Not before: a program may start its SDK in its own code, after its clients are made. Where `OTEL_SDK_DISABLED` or `OTEL_TRACES_EXPORTER`
 * says that there is to be none, there is nothing to say.
 */
export function watchForProvider(): void {
  const starts = [channels.send.start, channels.process.start];
  const first = (): void => {
    for (const start of starts) start.unsubscribe(first);
    if (isSwitchedOff() || makesSpans(trace.getTracerProvider())) return;
    if (unseenApiVersion() === undefined) sayWithoutProvider();
    else sayUnseenApi();
  };
  for (const start of starts) start.subscribe(first);
}

function isSwitchedOff(): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = process.env;
  return disabled?.trim().toLowerCase() === 'true' || exporter?.trim().toLowerCase() === 'none';
}

function sayWithoutProvider(): void {
  process.emitWarning(
    'tracelink traces nothing: @tracelink/kafka/register has wrapped the Kafka clients of this program, and no OpenTelemetry SDK is started. ' +
      'Start one before it, node --import @tracelink/register main.js, or your own; OTEL_SDK_DISABLED=true if there is to be none.',
    { code: 'TRACELINK_NO_SDK' },
  );
}
