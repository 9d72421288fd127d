import type { TopicRule } from './rule.ts';

/** What becomes of the trace of a record that failed. */
export const failures: readonly TopicRule[] = [
  {
    of: 'topic',
    id: 'trace-lost-on-failure',
    title: 'Records of a retry or dead-letter topic are not of the trace of the record that they come from.',
    effect: 'The trace ends where the record failed: nothing leads to its next attempt, nor from the dead letter to what caused it.',
    fix: 'Send the headers of the record along with it: subscribe does, where a handler does it send { ...message } by a wrapped producer.',
    causes: 'share groups of Kafka 4.4.0, also where they copy the record; retries by hand that send key and value',
    docs: 'retries-and-dead-letters.md#in-the-trace',
    inspect: ({ lost }) => lost && { seen: `they come from ${lost.from}`, records: lost.records, places: lost.places },
  },
];
