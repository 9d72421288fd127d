import type { SpanContext } from '@opentelemetry/api';
import type { BatchContexts } from '../telemetry/batch-scope.ts';

const size = 24;

/**
 * The creation contexts of a batch for work that may live for hours: 24 bytes a message, in order. The contexts themselves, with a link and
 * its attributes for each, would be kept for as long.
 */
export class SpanIds implements BatchContexts {
  readonly #sorted: Buffer;

  constructor(contexts: readonly SpanContext[]) {
    this.#sorted = Buffer.concat(contexts.map(bytesOf).sort((one, other) => one.compare(other)));
  }

  hasCreationContext(candidate: SpanContext): boolean {
    const sorted = this.#sorted;
    const wanted = bytesOf(candidate);
    let low = 0;
    let high = sorted.length / size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = wanted.compare(sorted, middle * size, (middle + 1) * size);
      if (order === 0) return true;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return false;
  }

  detached(): this {
    return this;
  }
}

/** Always as many as there are, also of ids that are none. */
function bytesOf({ traceId, spanId }: SpanContext): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(`${traceId}${spanId}`, 'hex');
  return bytes;
}
