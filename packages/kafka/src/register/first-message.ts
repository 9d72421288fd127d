import { hasSubscribers } from 'node:diagnostics_channel';
import { trace } from '@opentelemetry/api';
import { sayUnseenApi, unseenApiVersion } from '@tracelink/context/internal';
import { channels } from '../channels/channels.ts';
import { makesSpans } from '../telemetry/tracing-guards.ts';

/**
 * Looks at the first message that is sent or handled, once in a process, and says what is amiss with its spans: none, as no SDK is started, or
 * two sets. Not before: a program may start its SDK in its own code, after its clients are made, and its agent when a library is loaded.
 */
export function watchFirstMessage(): void {
  const starts = [channels.send.start, channels.process.start];
  const first = (): void => {
    for (const start of starts) start.unsubscribe(first);
    if (makesSpans(trace.getTracerProvider())) sayTracedTwice();
    else sayWithoutProvider();
  };
  for (const start of starts) start.subscribe(first);
}

/**
 * Says that nothing is traced, and what helps: a warning of the process, as `diag` has no logger where no SDK is. Where `OTEL_SDK_DISABLED` or
 * `OTEL_TRACES_EXPORTER` asks for that, there is nothing to say.
 */
function sayWithoutProvider(): void {
  if (isSwitchedOff()) return;
  if (unseenApiVersion() !== undefined) return sayUnseenApi();
  process.emitWarning(
    'tracelink traces nothing: @tracelink/kafka/register has wrapped the Kafka clients of this program, and no OpenTelemetry SDK is started. ' +
      'Start one before it, node --import @tracelink/register main.js, or your own; OTEL_SDK_DISABLED=true if there is to be none.',
    { code: 'TRACELINK_NO_SDK' },
  );
}

function isSwitchedOff(): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = process.env;
  return disabled?.trim().toLowerCase() === 'true' || exporter?.trim().toLowerCase() === 'none';
}

/** Another instrumentation of a client that hears of its messages by a channel, which nothing else subscribes to. */
interface Listener {
  readonly channel: string;
  readonly name: string;
  /** What switches it off. */
  readonly setting: string;
  /** Whether it writes a trace of its own into records, about which `agentContext` decides. */
  readonly writes: boolean;
}

const listeners: readonly Listener[] = [
  {
    channel: 'apm:kafkajs:produce:start',
    name: 'dd-trace (kafkajs)',
    setting: 'DD_TRACE_DISABLED_PLUGINS=kafkajs',
    writes: true,
  },
  {
    channel: 'apm:confluentinc-kafka-javascript:produce:start',
    name: 'dd-trace (@confluentinc/kafka-javascript)',
    setting: 'DD_TRACE_DISABLED_PLUGINS=confluentinc-kafka-javascript',
    writes: true,
  },
  {
    channel: 'tracing:plt:kafka:consumer:processes:start',
    name: '@platformatic/kafka-opentelemetry',
    setting: 'no KafkaInstrumentation among the instrumentations of the SDK',
    writes: false,
  },
];

/** Says who else makes spans of the messages, with the setting that makes it one set. Silent about an agent where `agentContext` is decided. */
function sayTracedTwice(): void {
  const isDecided = (process.env['TRACELINK_KAFKA_AGENT_CONTEXT'] ?? '') !== '';
  for (const { channel, name, setting, writes } of listeners) {
    if (!hasSubscribers(channel) || (writes && isDecided)) continue;
    const records = writes ? ', and records carry the trace of each. One trace on a record: TRACELINK_KAFKA_AGENT_CONTEXT=withhold' : '';
    process.emitWarning(`Kafka messages are traced twice, by ${name} and by tracelink${records}. One set of spans: ${setting}`, {
      code: 'TRACELINK_TRACED_TWICE',
    });
  }
}
