import { orAborted } from '../../core/aborted-work.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import type { PgQueryable, PgResult } from '../../postgres/pg-client.ts';
import type { PatientConnections } from '../../postgres/patient-connections.ts';

const ignore = (): void => {};

/**
 * Runs statements, each for a limited time. A database whose host is gone sends nothing, not even that: `pg` would wait until the operating
 * system gives the connection up, for many minutes, while a new connection may reach the host that took over. So the connection of a
 * statement without an answer is closed, and a later answer is ignored; the database may yet run that statement.
 */
export class TimedPool implements PgQueryable {
  readonly #connections: PatientConnections;
  readonly #limit: number;

  /** @param limit milliseconds, with the wait for a connection */
  constructor(connections: PatientConnections, limit: number) {
    this.#connections = connections;
    this.#limit = limit;
  }

  /** @throws {KafkaTracingError} `database_timeout`; the driver's error */
  query(text: string, values?: unknown[]): Promise<PgResult> {
    return inTime(this.#limit, async (signal) => {
      const client = await this.#connections.connect(signal);
      // A connection that breaks also emits an event, which ends the process when it has no listener.
      client.on('error', ignore);
      let isUsable = false;
      try {
        const result = await orAborted(client.query(text, values), signal);
        isUsable = true;
        return result;
      } finally {
        client.off('error', ignore);
        client.release(!isUsable);
      }
    });
  }
}

/**
 * The result of `work`, whose signal is aborted when the time has passed.
 *
 * @param limit milliseconds
 * @throws what `work` rejects with; the reason of its signal is a `KafkaTracingError` with the code `database_timeout`
 */
export async function inTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const text = `The database has not answered the relay of the outbox for ${limit} milliseconds, or its pool had no connection left.`;
    controller.abort(new KafkaTracingError('database_timeout', text));
  }, limit);
  // A relay that has drained without an answer keeps no process.
  timer.unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
