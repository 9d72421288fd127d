import { textOf, traceOfRecord } from '../headers/letter-headers.ts';
import type { LetterWriter } from './writer.ts';

/** Watermill's poison queue. */
export const watermill: LetterWriter = {
  name: 'Watermill',
  wrote: (headers) => headers.has('topic_poisoned'),
  read: (headers) => ({
    originalTopic: textOf(headers.last('topic_poisoned')),
    errorMessage: textOf(headers.last('reason_poisoned')),
    traceId: traceOfRecord(headers),
  }),
};
