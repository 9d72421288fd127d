// A service that sends, handles and subscribes by tracelink's wrappers, under an agent that node was started with. It prints what it saw, as
// one line of JSON.
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';
import { inRequest, isReady, traceId } from './agent.mjs';

const { brokers, sent, subscribed, transactional, group, sdk, agentContext } = JSON.parse(process.argv[2]);
const seen = { sdk: 'none', spans: [], warnings: [], rejections: [], handled: [] };
process.on('unhandledRejection', (error) => seen.rejections.push(String(error)));
process.on('warning', ({ code, message }) => void (code?.startsWith('TRACELINK') && seen.warnings.push(message)));

const finished = [];
if (sdk) await startSdk();
// As most services that an agent knows do it: agents see what is required.
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs');
const kafka = new Kafka({ clientId: 'agents', brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } });
// A new object for each message: agents write into it.
const own = (value) => ({ value, headers: { mine: 'own' } });
const deadline = Date.now() + 20_000;
while (!isReady() && Date.now() < deadline) await wait(20);

const producer = wrapProducer(kafka.producer(), { agentContext });
const inTransaction = wrapProducer(kafka.producer({ transactionalId: group, idempotent: true, maxInFlightRequests: 1 }), { agentContext });
await Promise.all([producer.connect(), inTransaction.connect()]);
await inRequest(() =>
  trace.getTracer('request').startActiveSpan('request', async (span) => {
    seen.traces = traces();
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    await context.with(propagation.setBaggage(context.active(), baggage), async () => {
      await producer.send({ topic: sent, messages: ['first', 'failing', 'last'].map(own) });
      await producer.send({ topic: subscribed, messages: [own('only')] });
      const transaction = await inTransaction.transaction();
      await transaction.send({ topic: transactional, messages: [own('only')] });
      await transaction.commit();
    });
    span.end();
  }),
);

const consumer = wrapConsumer(kafka.consumer({ groupId: `${group}-wrapped` }));
const last = Promise.withResolvers();
let first = 'waiting';
let failures = 0;
await consumer.connect();
await consumer.subscribe({ topic: sent, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const value = String(message.value);
    seen.handled.push(value);
    if (value === 'first') {
      first = 'running';
      seen.eachMessage = around(message);
      await wait(50);
      first = 'ended';
    } else if (value === 'failing') {
      seen.awaited ??= first === 'ended';
      if (failures++ === 0) throw new Error('failing');
    } else last.resolve();
  },
});
await last.promise;

const only = Promise.withResolvers();
const subscription = await subscribe(kafka, {
  groupId: `${group}-subscribed`,
  topics: [subscribed],
  fromBeginning: true,
  deadLetter: false,
  handler: (message) => only.resolve(around(message)),
});
seen.subscribe = await only.promise;
await subscription.drain();
await Promise.all([consumer.disconnect(), producer.disconnect(), inTransaction.disconnect()]);
seen.spans = finished.map((span) => ({
  name: span.name.replace(sent, 'sent').replace(subscribed, 'subscribed').replace(transactional, 'transactional'),
  ...ids(span.spanContext()),
  parent: span.parentSpanContext?.spanId,
  links: span.links.map((link) => ids(link.context)),
  events: span.events.map((event) => event.name),
}));
process.stdout.write(`\n${JSON.stringify(seen)}\n`, () => process.exit());

/** What a handler finds around it. */
function around({ headers: found }) {
  return {
    ...traces(),
    headers: Object.keys(found).toSorted(),
    baggage:
      propagation
        .getActiveBaggage()
        ?.getAllEntries()
        .map(([key]) => key) ?? [],
  };
}

/** The traces of both that are active, and which instrumentation made the span of ours. */
function traces() {
  const span = trace.getActiveSpan();
  return { ours: span?.spanContext().traceId, scope: span?.instrumentationScope?.name, agent: traceId() };
}

function ids({ traceId: trace, spanId }) {
  return { traceId: trace, spanId };
}

async function startSdk() {
  const { SdkError, startTracing } = await import('@tracelink/sdk');
  const processor = {
    onStart() {},
    onEnd: (span) => finished.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  try {
    startTracing({ serviceName: 'agents', spanProcessors: [processor], metricReaders: [], instrumentations: [] });
    seen.sdk = 'started';
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    seen.sdk = error.code;
  }
}
