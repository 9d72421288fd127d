import { textOf, traceOfRecord } from '../headers/dead-letter-headers.ts';
import type { DeadLetterFormat } from './writer.ts';

/** Watermill's poison queue. */
export const watermill: DeadLetterFormat = {
  name: 'Watermill',
  wrote: (headers) => headers.has('topic_poisoned'),
  read: (headers) => ({
    originalTopic: textOf(headers.last('topic_poisoned')),
    errorMessage: textOf(headers.last('reason_poisoned')),
    traceId: traceOfRecord(headers),
  }),
};
