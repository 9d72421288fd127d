import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { checkOptions, requireOptions, text } from '../core/option-rules.ts';
import { checkPool, createTables, type ClientOf, type PgPool, type PgQueryable, aTable, bareName, quoted } from '../postgres/pg-client.ts';
import { PatientConnections } from '../postgres/patient-connections.ts';
import type { IdempotencyStore } from './idempotent.ts';
import { orAborted } from '../core/aborted-work.ts';
import { createHash } from 'node:crypto';

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /**
   * The owner of the messages, usually the consumer group: each group handles a message once. Two handlers with the same table and group
   * would each skip what the other has completed.
   */
  readonly group: string;
  /** The table, with or without its schema: letters, digits and `_`, each part up to 50 characters. @default 'tracelink_idempotency' */
  readonly table?: string;
}

/** Records messages in a table of Postgres, in the transaction of their effect. @typeParam C the clients of the pool */
export interface PostgresStore<C> extends IdempotencyStore<C> {
  /** Creates the table when it is missing. @throws the driver's error */
  ensure(): Promise<void>;
  /**
   * Deletes this group's records of messages completed before `olderThan`. A message that is delivered again after that is handled
   * again. Each statement deletes at most 10,000 rows.
   *
   * @returns how many were deleted
   * @throws the driver's error
   */
  forget(olderThan: Date): Promise<number>;
}

const defaultTable = 'tracelink_idempotency';
const rowsAtOnce = 10_000;

/**
 * Returns the SQL that creates the table of `postgresStore`, for a migration.
 *
 * @param table with or without its schema. @default 'tracelink_idempotency'
 * @throws {KafkaTracingError} `invalid_option`
 */
export function idempotencyTable(table: string = defaultTable): string {
  checkOptions('idempotencyTable', { table }, { table: aTable });
  const index = `${bareName(table)}_done_at`;
  // CREATE INDEX locks the table before it sees that the index exists: it would wait for each handler that runs, and the next ones for it.
  return `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  consumer_group text NOT NULL,
  message_id text NOT NULL,
  done_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, message_id)
);
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = '${quoted(table)}'::regclass AND relname = '${index}'
  ) THEN
    CREATE INDEX IF NOT EXISTS "${index}" ON ${quoted(table)} (done_at);
  END IF;
END $$;`;
}

/**
 * Returns a store that records a message in the transaction in which its handler writes: the row and the effect are there together, or
 * neither is. The third argument of the handler is the client of that transaction. The handler must not end it: it commits when the
 * handler resolves, and is rolled back when the handler rejects. A handler that resolves although a statement failed is a failed
 * attempt with the code `rolled_back`.
 *
 * Each message takes a client of the pool while it is handled. A delivery waits for another delivery of the same message until that one
 * ends, the attempt's signal is aborted, or the database's `lock_timeout` passes.
 *
 * @param pool of `pg`, or of its shape
 * @throws {KafkaTracingError} `not_a_client`, `invalid_option`, `unknown_option`
 */
export function postgresStore<P extends PgPool>(pool: P, options: PostgresStoreOptions): PostgresStore<ClientOf<P>> {
  checkPool('postgresStore', pool);
  const rules = { group: text, table: aTable };
  checkOptions('postgresStore', options, rules);
  requireOptions('postgresStore', options, rules, 'group');
  return new TableStore<ClientOf<P>>(pool, options.group, options.table ?? defaultTable);
}

const ignore = (): void => {};

class TableStore<C> implements PostgresStore<C> {
  readonly #pool: PgPool;
  readonly #connections: PatientConnections;
  readonly #group: string;
  readonly #table: string;

  constructor(pool: PgPool, group: string, table: string) {
    this.#pool = pool;
    this.#connections = new PatientConnections(pool);
    this.#group = group;
    this.#table = table;
  }

  ensure(): Promise<void> {
    return createTables(this.#pool, idempotencyTable(this.#table));
  }

  async run(id: string, effect: (transaction: C) => Promise<void>, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const client = await this.#connections.connect(signal);
    // A connection that breaks between two statements also emits an event, which ends the process when it has no listener.
    client.on('error', ignore);
    let isUsable = true;
    try {
      const isNew = await this.#mark(client, id, signal).catch((error: unknown) => {
        // A waiting statement cannot be cancelled: the connection is left to it.
        isUsable = !signal.aborted;
        throw error;
      });
      if (isNew) await effect(client as unknown as C);
      const { command } = await client.query(isNew ? 'COMMIT' : 'ROLLBACK');
      // Postgres answers ROLLBACK, without an error, when a statement of the transaction had failed and the handler continued.
      if (isNew && command === 'ROLLBACK')
        throw new KafkaTracingError('rolled_back', 'A statement of the handler failed, so that nothing was written, but it resolved.');
      return isNew;
    } catch (error) {
      isUsable &&= await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(!isUsable);
    }
  }

  /** Begins the transaction. Waits while another open one has the same row. @returns whether the message was not completed before */
  async #mark(client: PgQueryable, id: string, signal: AbortSignal): Promise<boolean> {
    await orAborted(client.query('BEGIN'), signal);
    const insert = `INSERT INTO ${quoted(this.#table)} (consumer_group, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
    const { rowCount } = await orAborted(client.query(insert, [this.#group, storedId(id)]), signal);
    return rowCount === 1;
  }

  async forget(olderThan: Date): Promise<number> {
    const table = quoted(this.#table);
    let forgotten = 0;
    for (;;) {
      const { rowCount } = await this.#pool.query(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE consumer_group = $1 AND done_at < $2 LIMIT ${rowsAtOnce}))`,
        [this.#group, olderThan],
      );
      forgotten += rowCount ?? 0;
      if ((rowCount ?? 0) < rowsAtOnce) return forgotten;
    }
  }
}

const digested = 'sha256:';
const longest = 200;

/**
 * The text under which Postgres stores an id: the id itself, or its digest when a column cannot hold it or two ids would look the
 * same (NUL, lone surrogates), when an index cannot (it rejects about 2,700 bytes), and when it looks like a digest. Two ids
 * never have the same text.
 */
export function storedId(id: string): string {
  const isPlain = id.length <= longest && !id.includes('\0') && id.isWellFormed() && !id.startsWith(digested);
  // UTF-16 distinguishes lone surrogates; UTF-8 has one replacement for all of them.
  return isPlain ? id : digested + createHash('sha256').update(id, 'utf16le').digest('hex');
}
