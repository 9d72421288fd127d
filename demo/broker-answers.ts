import { Kafka, logLevel } from 'kafkajs';

/**
 * Resolves when a broker answers at one of the addresses. Services wait for theirs for as long as it takes; who starts the demo wants
 * to know.
 *
 * @throws {Error} when none does within some seconds, naming the addresses and what the last one failed with
 */
export async function brokerAnswers(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({ clientId: 'demo', brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 3 } }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Kafka broker answers at ${brokers.join(', ')}: ${why}. Without KAFKA_BROKERS the demo brings its own.`, { cause });
  } finally {
    await admin.disconnect();
  }
}
