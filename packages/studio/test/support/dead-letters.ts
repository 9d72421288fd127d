import type { DeadLetter, DeadLetterProvider, DeadLetterSummary } from '@tracelink/studio';

/** A dead-letter record of which a test tells what matters to it. */
export function deadLetter(told: Partial<DeadLetter> = {}): DeadLetter {
  const value = told.value ?? null;
  return {
    partition: 0,
    offset: '0',
    timestamp: 1_000,
    key: null,
    value,
    valueSize: value?.length,
    headers: [],
    writer: undefined,
    originalTopic: undefined,
    originalPartition: undefined,
    originalOffset: undefined,
    originalTimestamp: undefined,
    groupId: undefined,
    attempts: undefined,
    firstFailure: undefined,
    errorClass: undefined,
    errorMessage: undefined,
    traceId: undefined,
    originTraceId: undefined,
    replays: 0,
    ...told,
  };
}

/** A provider in memory, with one topic. What a test does not tell it rejects. */
export function lettersOf(records: readonly DeadLetterSummary[], told: Partial<DeadLetterProvider> = {}): DeadLetterProvider {
  const notTold = (): Promise<never> => Promise.reject(new Error('The test did not expect this question'));
  return {
    canReplay: false,
    topics: notTold,
    read: (_topic, { most, found }) => {
      for (const record of records.slice(0, most)) found(record);
      return Promise.resolve({ records: records.length, unreadPartitions: 0 });
    },
    record: notTold,
    replay: notTold,
    ...told,
  };
}
