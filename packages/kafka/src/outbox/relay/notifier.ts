import { orAborted } from '../../core/aborted-work.ts';
import type { PgClient } from '../../postgres/pg-client.ts';
import type { PatientConnections } from '../../postgres/patient-connections.ts';
import { inTime } from './timed-pool.ts';

/** Ends waits early. A notification that comes while no wait is running ends the next wait immediately: none is lost. */
export class Notifier {
  #pending = false;
  #end: (() => void) | undefined;

  notify(): void {
    this.#pending = true;
    this.#end?.();
  }

  /** Resolves after `milliseconds`, or at a notification. */
  async next(milliseconds: number): Promise<void> {
    if (!this.#pending) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      this.#end = resolve;
      await promise;
      clearTimeout(timer);
      this.#end = undefined;
    }
    this.#pending = false;
  }
}

/** Is notified of commits that added messages, over a connection of its own; polling finds what it misses. */
export class CommitListener {
  readonly #connections: PatientConnections;
  readonly #channel: string;
  readonly #heard: () => void;
  readonly #limit: number;
  #client: PgClient | undefined;
  #isClosed = false;

  /** @param limit milliseconds that one attempt to listen may take */
  constructor(connections: PatientConnections, channel: string, heard: () => void, limit: number) {
    this.#connections = connections;
    this.#channel = channel;
    this.#heard = heard;
    this.#limit = limit;
  }

  /** Listens, unless it already does. Rejects when the database does not answer; call it again after its connection broke. */
  async listen(): Promise<void> {
    if (this.#client === undefined && !this.#isClosed) await inTime(this.#limit, (signal) => this.#listen(signal));
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const client = await this.#connections.connect(signal);
    // While it waited for the connection.
    if (this.#isClosed) return client.release();
    this.#client = client;
    // One that it left may fail minutes later, when another listens.
    client.on('error', () => {
      if (this.#client === client) this.leave();
    });
    client.on('notification', this.#heard);
    try {
      await orAborted(client.query(`LISTEN "${this.#channel}"`), signal);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.leave();
  }

  /** Closes the connection, which cannot be reused, until the next `listen`. */
  leave(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
