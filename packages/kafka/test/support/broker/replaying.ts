import { Kafka, logLevel } from 'kafkajs';
import type { ReplayOptions } from '../../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../../src/replay/replay-report.ts';
import { replay } from '../../../src/replay/replay.ts';

/** A replay as an operator runs it, with kafkajs' retries, and with frequent checks of its topic. */
export function replayOn(brokers: string[], options: ReplayOptions): Promise<ReplayReport> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } });
  return replay(kafka, { consumer: { maxWaitTimeInMs: 50 }, ...options });
}
