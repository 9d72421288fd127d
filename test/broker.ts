import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';

let kafka: KafkaUnderTest | undefined;

/** Runs before all tests: one broker for the whole run, which every later `kafkaUnderTest()` finds by KAFKA_BROKERS. */
export async function mochaGlobalSetup(): Promise<void> {
  kafka = await kafkaUnderTest();
  process.env['KAFKA_BROKERS'] = kafka.brokers.join(',');
  console.log(`Kafka under test: ${kafka.name} at ${kafka.brokers.join(', ')}`);
}

/** Runs after all tests. */
export async function mochaGlobalTeardown(): Promise<void> {
  await kafka?.stop();
}
