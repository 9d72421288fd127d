// Sends spans to a studio that runs elsewhere, as OpenTelemetry's exporter would: OTLP in protobuf. Answers how many a second it took.
import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { TracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace';

export interface IngestTask {
  readonly url: string;
  readonly spans: number;
}

const { url, spans } = JSON.parse(process.argv[2] ?? '') as IngestTask;
const spansInRequest = 500;
const spansInTrace = 10;

const ended: ReadableSpan[] = [];
const keep: SpanProcessor = {
  onStart: () => {},
  onEnd: (span) => void ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const tracer = new TracerProvider({ spanProcessors: [keep] }).getTracer('bench');

/** Traces of ten spans with twelve attributes each, of which every second one has a link, as spans of messages do. */
function request(): Uint8Array {
  ended.length = 0;
  while (ended.length < spansInRequest) {
    const root = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    const inRoot = trace.setSpan(context.active(), root);
    for (let index = 1; index < spansInTrace; index++) {
      const links = index % 2 === 0 ? [{ context: root.spanContext() }] : [];
      tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, links, attributes: attributes(index) }, inRoot).end();
    }
    root.end();
  }
  const body = ProtobufTraceSerializer.serializeRequest(ended);
  if (body === undefined) throw new Error('The serializer gave nothing.');
  return body;
}

function attributes(index: number): Record<string, string | number> {
  return {
    'messaging.system.name': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'orders',
    'messaging.destination.partition.id': String(index % 3),
    'messaging.consumer.group.name': 'fulfilment',
    'messaging.client.id': 'bench',
    'server.address': 'localhost',
    'server.port': 9092,
    'kafka.message.key': `order-${index}`,
    'kafka.offset': 4711 + index,
    'tracelink.delivery.attempt': 1,
  };
}

async function send(body: Uint8Array): Promise<void> {
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`The studio answered ${response.status}.`);
}

const requests = Array.from({ length: spans / spansInRequest }, request);
const warmUp = requests.splice(0, requests.length / 4);
for (const body of warmUp) await send(body);
const started = performance.now();
for (const body of requests) await send(body);
const seconds = (performance.now() - started) / 1_000;
process.stdout.write(JSON.stringify((requests.length * spansInRequest) / seconds));
