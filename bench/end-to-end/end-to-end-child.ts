// One library against a real broker, in a process of its own: contrib patches kafkajs for good.
import { createRequire } from 'node:module';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import type * as Kafkajs from 'kafkajs';
import { consumeAll, noHeaders, ownContext, produceAll, sameHeaders, type Flow } from './end-to-end-phases.ts';
import type { Library } from '../measure/scenario.ts';
import { startSdk } from '../measure/sdk.ts';

/** What the parent asks for. */
export interface EndToEndTask {
  readonly library: Library;
  readonly phase: 'fill' | 'produce' | 'consume' | 'consume-100';
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly messages: number;
}

/** What the child answers. */
export interface EndToEndAnswer extends Flow {
  readonly spans: number;
}

const { library, phase, brokers, topic, messages } = JSON.parse(process.argv[2] ?? '') as EndToEndTask;
const sdk = startSdk('sampled');
// Its hook must be there before kafkajs is loaded, as in an application.
const instrumentation = library === 'contrib' ? new KafkaJsInstrumentation() : undefined;
const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
const isPatched = Object.hasOwn(Kafka.prototype['producer' as never], '__wrapped');
if (isPatched !== (instrumentation !== undefined)) throw new Error(`This kafkajs is not what ${library} works with.`);
const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
const options = library === 'ours' ? { propagation: kafkaPropagation({ inject: ['b3'], extract: ['b3'] }) } : {};
const wrapped = library === 'ours' || library === 'ours-global';

const flow = await run();
process.stdout.write(JSON.stringify({ ...flow, spans: sdk.ended() } satisfies EndToEndAnswer));

async function run(): Promise<Flow> {
  switch (phase) {
    case 'fill':
      return produceAll(kafka.producer(), topic, messages, ownContext);
    case 'produce': {
      const producer = kafka.producer();
      return wrapped
        ? produceAll(wrapProducer(producer, options), topic, messages, noHeaders)
        : produceAll(producer, topic, messages, library === 'bare' ? sameHeaders : noHeaders);
    }
    case 'consume':
    case 'consume-100': {
      // A fetch answers with at least one of the producer's batches, however small the limit, and with 1 MB by default.
      const limit = phase === 'consume-100' ? { maxBytesPerPartition: 1 } : {};
      const consumer = kafka.consumer({ groupId: `bench-${process.pid}-${Date.now()}`, ...limit });
      return consumeAll(wrapped ? wrapConsumer(consumer, options) : consumer, topic, messages);
    }
  }
}
