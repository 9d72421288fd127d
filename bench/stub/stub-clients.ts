import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { kafkaPropagation } from '@tracelink/propagation';
import type { Contender } from '../measure/scenario.ts';
import { consumerByHand, producerByHand } from './by-hand.ts';
import { StubKafka, type StubConsumer, type StubProducer } from './stub-kafka.ts';

/** A producer and a consumer as an application would hold them with `library`. */
export interface StubClients {
  readonly kafka: StubKafka;
  readonly producer: StubProducer;
  readonly consumer: StubConsumer;
}

/** Call it after the SDK is started: contrib asks for its instruments when it is made. */
export function stubClients(library: Contender): StubClients {
  if (library === 'contrib') patchStub();
  const kafka = new StubKafka();
  const producer = kafka.producer();
  const consumer = kafka.consumer();
  switch (library) {
    case 'bare':
    case 'contrib':
      return { kafka, producer, consumer };
    case 'ours': {
      const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3'] });
      return { kafka, producer: wrapProducer(producer, { propagation }), consumer: wrapConsumer(consumer, { propagation }) };
    }
    case 'by-hand':
      return { kafka, producer: producerByHand(producer), consumer: consumerByHand(consumer) };
    case 'ours-global':
      return { kafka, producer: wrapProducer(producer), consumer: wrapConsumer(consumer) };
  }
}

/** Patches the stub by the instrumentation's own module definition, as it would patch `kafkajs` when that is loaded. */
function patchStub(): void {
  for (const definition of new KafkaJsInstrumentation().getModuleDefinitions()) {
    if (definition.name === 'kafkajs') definition.patch?.({ Kafka: StubKafka }, '2.2.4');
  }
  if (!Object.hasOwn(StubKafka.prototype['producer' as never], '__wrapped'))
    throw new Error('@opentelemetry/instrumentation-kafkajs did not patch the stub.');
}
