import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import type { ApiName } from '../wire/apis/apis.ts';
import type { ArrivedRequest } from './fault.ts';

const maxRequests = 1000;
const maxBytes = 8 * 1024 * 1024;

interface Recorded {
  readonly request: ArrivedRequest;
  readonly bytes: number;
}

interface Waiting {
  readonly accepts: (request: ArrivedRequest) => boolean;
  readonly resolve: (request: ArrivedRequest) => void;
  readonly reject: (error: unknown) => void;
}

/** The requests that arrived last: at most 1,000 requests and 8 MiB. */
export class RequestRecorder {
  /** Slots before `#first` are empty, so that dropped requests can be garbage-collected. */
  #recorded: (Recorded | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  readonly #waiting = new Set<Waiting>();
  #isClosed = false;

  /** The oldest first. */
  get requests(): ArrivedRequest[] {
    return this.#recorded.slice(this.#first).flatMap((recorded) => recorded?.request ?? []);
  }

  record(request: ArrivedRequest, bytes: number): void {
    this.#recorded.push({ request, bytes });
    this.#bytes += bytes;
    while (this.#recorded.length - this.#first > maxRequests || this.#bytes > maxBytes) this.#dropFirst();
    for (const waiting of this.#waiting) if (isSettledBy(request, waiting)) this.#waiting.delete(waiting);
  }

  /** Resolves with the next request of that API that is accepted. Rejects with what `accepts` throws. */
  next<A extends ApiName>(api: A, accepts: (request: ArrivedRequest<A>) => boolean): Promise<ArrivedRequest<A>> {
    const { promise, resolve, reject } = Promise.withResolvers<ArrivedRequest>();
    this.#waiting.add({
      accepts: (request) => request.api === api && accepts(request as ArrivedRequest<A>),
      resolve,
      reject,
    });
    // An awaited request that never arrives must not crash the process when the broker stops.
    promise.catch(() => {});
    if (this.#isClosed) this.close();
    return promise as Promise<ArrivedRequest<A>>;
  }

  /** Rejects all promises that still wait for a request, and those that begin to wait afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting)
      reject(new EmbeddedKafkaError('stopped', 'The broker stopped before the awaited request arrived'));
    this.#waiting.clear();
  }

  #dropFirst(): void {
    this.#bytes -= this.#recorded[this.#first]?.bytes ?? 0;
    this.#recorded[this.#first] = undefined;
    this.#first += 1;
    if (this.#first < maxRequests) return;
    this.#recorded = this.#recorded.slice(this.#first);
    this.#first = 0;
  }
}

/** The predicate is a test's: what it throws belongs to the test that waits, not to the client whose request this is. */
function isSettledBy(request: ArrivedRequest, { accepts, resolve, reject }: Waiting): boolean {
  try {
    if (!accepts(request)) return false;
    resolve(request);
  } catch (error) {
    reject(error);
  }
  return true;
}
