import type { ReplayOptions } from '../../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../../src/replay/replay-report.ts';
import { replay } from '../../../src/replay/replay.ts';
import { kafkajs, type EngineClient } from './engine-client.ts';

/** A replay as an operator runs it, patiently, and with frequent checks of its topic. @param library whose clients it gets. @default kafkajs */
export function replayOn(brokers: readonly string[], options: ReplayOptions, library: EngineClient = kafkajs): Promise<ReplayReport> {
  return replay(library.clients(brokers), { consumer: library.consumer({ maxWait: 50 }), ...options });
}
