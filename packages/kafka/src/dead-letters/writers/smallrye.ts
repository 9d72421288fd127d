import { decimalOf, type DeadLetterHeaderBag, textOf, traceOfRecord } from '../headers/dead-letter-headers.ts';
import type { DeadLetterFields, DeadLetterFormat } from './writer.ts';

/** SmallRye Reactive Messaging's `dead-letter-queue`. */
export const smallRye: DeadLetterFormat = {
  name: 'SmallRye',
  wrote: (headers) => headers.has('dead-letter-topic'),
  read: (headers) => ({ ...fieldsOf(headers, { origin: 'dead-letter', error: 'dead-letter' }), traceId: traceOfRecord(headers) }),
};

/** SmallRye's `delayed-retry-topic`: records of its retry topics and its dead-letter records. */
export const smallRyeRetryTopics: DeadLetterFormat = {
  name: 'SmallRye retry topics',
  wrote: (headers) => headers.has('delayed-retry-topic'),
  read: (headers) => ({
    ...fieldsOf(headers, { origin: 'delayed-retry', error: 'delayed-retry' }),
    originalTimestamp: decimalOf(headers.last('delayed-retry-original-timestamp')),
    // Retries; the first attempt was none.
    attempts: retriesAndOne(decimalOf(headers.last('delayed-retry-count'))),
    traceId: traceOfRecord(headers),
  }),
};

/** What it writes stands in front, the newest first: the last origin is the true one, the first error the newest. */
function fieldsOf(headers: DeadLetterHeaderBag, { origin, error }: { readonly origin: string; readonly error: string }): DeadLetterFields {
  return {
    originalTopic: textOf(headers.last(`${origin}-topic`)),
    originalPartition: decimalOf(headers.last(`${origin}-partition`)),
    originalOffset: decimalOf(headers.last(`${origin}-offset`))?.toString(),
    errorClass: textOf(headers.first(`${error}-cause-class-name`)) ?? textOf(headers.first(`${error}-exception-class-name`)),
    errorMessage: textOf(headers.first(`${error}-cause`)) ?? textOf(headers.first(`${error}-reason`)),
  };
}

function retriesAndOne(retries: number | undefined): number | undefined {
  return retries === undefined ? undefined : retries + 1;
}
