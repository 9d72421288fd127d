/** The body of every answer of the service's API, of errors, too. */
export interface Answer<T = unknown> {
  /** The HTTP status. */
  readonly code: number;
  readonly status: 'success' | 'error';
  /** A sentence for people. */
  readonly msg: string;
  readonly data: T | null;
  /** When the answer was written, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The trace of this request; `null` when the process is not traced, or when no request could be read. */
  readonly traceId: string | null;
}

/** An answer; whether it is a success follows from its HTTP status. */
export function answer<T>(code: number, msg: string, data: T | null, traceId: string | undefined): Answer<T> {
  return { code, status: code < 400 ? 'success' : 'error', msg, data, timestamp: new Date().toISOString(), traceId: traceId ?? null };
}
