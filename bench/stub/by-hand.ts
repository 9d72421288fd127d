import { context as contextApi, ROOT_CONTEXT, SpanKind, trace, TraceFlags, type SpanContext, type Tracer } from '@opentelemetry/api';
import type { StubConsumer, StubMessagePayload, StubProducer, StubRunConfig } from './stub-kafka.ts';

const sendStart = {
  'messaging.operation.name': 'send',
  'messaging.system.name': 'kafka',
  'messaging.operation.type': 'send',
  'messaging.destination.name': 'orders',
  'server.address': 'localhost',
  'server.port': 9092,
};
const processStart = {
  'messaging.operation.name': 'process',
  'messaging.system.name': 'kafka',
  'messaging.operation.type': 'process',
  'messaging.destination.name': 'orders',
  'messaging.destination.partition.id': '0',
};

/**
 * Tracing as one would write it for the messages of the stub and no others: the spans, attributes, links, headers and contexts that
 * `wrapProducer` makes, without a look at anything else. What it costs is nearly all the SDK's.
 */
export function producerByHand(producer: StubProducer): StubProducer {
  const tracer = tracerByHand();
  const send: StubProducer['send'] = (record) => {
    const active = contextApi.active();
    const [message] = record.messages;
    if (message === undefined) return producer.send(record);
    const span = tracer.startSpan('send orders', { kind: SpanKind.PRODUCER, attributes: sendStart }, active);
    if (span.isRecording()) {
      span.setAttribute('messaging.client.id', 'orders');
      span.setAttribute('kafka.message.key', message.key as string);
    }
    const { traceId, spanId, traceFlags } = span.spanContext();
    const flag = traceFlags & TraceFlags.SAMPLED;
    const headers = { b3: `${traceId}-${spanId}-${flag}`, 'tracelink-origin': `00-${traceId}-${spanId}-0${flag}` };
    const written = { ...record, messages: [{ ...message, headers }] };
    return contextApi
      .with(trace.setSpan(active, span), () => producer.send(written))
      .then((answer) => {
        if (span.isRecording()) {
          span.setAttribute('messaging.destination.partition.id', String(answer[0]?.partition));
          span.setAttribute('kafka.offset', Number(answer[0]?.baseOffset));
        }
        span.end();
        return answer;
      });
  };
  return { ...producer, send };
}

/** The same of `wrapConsumer`, by the contexts and decoders at hand, which cost more than ours. */
export function consumerByHand(consumer: StubConsumer): StubConsumer {
  const tracer = tracerByHand();
  return {
    ...consumer,
    run: ({ eachMessage, ...others }: StubRunConfig) =>
      consumer.run(eachMessage === undefined ? others : { eachMessage: (payload) => processed(tracer, payload, eachMessage) }),
  };
}

/** Of the SDK that is there when a client is made: a tracer of an earlier one makes no spans of a later one. */
function tracerByHand(): Tracer {
  return trace.getTracer('by-hand');
}

async function processed(
  tracer: Tracer,
  payload: StubMessagePayload,
  eachMessage: NonNullable<StubRunConfig['eachMessage']>,
): Promise<void> {
  const { message } = payload;
  const creation = creationContext(message.headers['b3']?.toString('latin1') ?? '');
  const base = trace.setSpanContext(ROOT_CONTEXT, creation);
  const start = { kind: SpanKind.CONSUMER, attributes: processStart, links: [{ context: creation }] };
  const span = tracer.startSpan('process orders', start, base);
  if (span.isRecording()) {
    span.setAttribute('kafka.message.key', message.key.toString());
    span.setAttribute('kafka.offset', Number(message.offset));
  }
  await contextApi.with(trace.setSpan(base, span), eachMessage, undefined, payload);
  span.end();
}

/** Of a `b3` that is known to be right. */
function creationContext(b3: string): SpanContext {
  return { traceId: b3.slice(0, 32), spanId: b3.slice(33, 49), traceFlags: b3.endsWith('1') ? 1 : 0, isRemote: true };
}
