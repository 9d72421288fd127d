// How long a test waits for its first message: from before the imports, built, to a handler that has it. In a process of its own.
export interface FirstMessageTask {
  /** kafkajs' default: it sleeps for 100 ms before it asks for the first time, also where the leaders are there at once. */
  readonly waitForLeaders: boolean;
}

const { waitForLeaders } = JSON.parse(process.argv[2] ?? '') as FirstMessageTask;
const started = performance.now();
const { EmbeddedKafka } = await import('@tracelink/embedded-kafka');
const { Kafka, logLevel, Partitioners } = await import('kafkajs');

await using broker = await EmbeddedKafka.start();
const kafka = new Kafka({ clientId: 'bench', brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: 'first', numPartitions: 1 }], waitForLeaders });
await admin.disconnect();
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: 'first' });
const handled = Promise.withResolvers<number>();
await producer.connect();
await producer.send({ topic: 'first', messages: [{ value: 'first' }] });
await consumer.connect();
await consumer.subscribe({ topic: 'first', fromBeginning: true });
await consumer.run({ eachMessage: async () => handled.resolve(performance.now() - started) });
const took = await handled.promise;
await Promise.all([consumer.disconnect(), producer.disconnect()]);
process.stdout.write(JSON.stringify(took));
