import type { PgClient, PgPool } from '../../postgres/pg-client.ts';

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
  readonly #pool: PgPool;
  readonly #channel: string;
  readonly #heard: () => void;
  #client: PgClient | undefined;
  #isClosed = false;

  constructor(pool: PgPool, channel: string, heard: () => void) {
    this.#pool = pool;
    this.#channel = channel;
    this.#heard = heard;
  }

  /** Listens, unless it already does. Rejects when the database does not answer; call it again after its connection broke. */
  async listen(): Promise<void> {
    if (this.#client !== undefined || this.#isClosed) return;
    const client = await this.#pool.connect();
    // While it waited for the connection.
    if (this.#isClosed) return client.release();
    this.#client = client;
    client.on('error', () => this.#leave());
    client.on('notification', this.#heard);
    try {
      await client.query(`LISTEN "${this.#channel}"`);
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  /** A listening connection cannot be reused: it is closed. */
  #leave(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
