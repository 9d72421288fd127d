import { Kafka, logLevel } from 'kafkajs';

/**
 * Resolves when a broker answers at one of the addresses. Services wait for their broker without a limit; the person who starts the
 * demo needs an answer.
 *
 * @throws {Error} when none does within some seconds, with the addresses and the last error
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
