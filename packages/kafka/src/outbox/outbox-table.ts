import type { IHeaders } from 'kafkajs';
import type { PgPool } from '../postgres/pg-client.ts';
import { quoted } from '../postgres/table-name.ts';
import { headersOf } from './stored-headers.ts';
import { leaseTable } from './table-sql.ts';

/** A message that waits to be sent. */
export interface OutboxRow {
  /** Decimal; of one topic, ascending in the order in which they were added. */
  readonly id: string;
  /** Without one the partitioner decides. */
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string;
  /** When it was added, by `performance.now()`. */
  readonly addedAt: number;
}

/** How much is read at once. */
export interface PageSize {
  readonly messages: number;
  readonly bytes: number;
}

/** What waits in an outbox. */
export interface PendingMessages {
  readonly messages: number;
  /** Milliseconds that the oldest one has waited; `undefined` when there is none. */
  readonly oldest: number | undefined;
}

/** The relay's side of the table. Every method rejects with what the driver says when the database does not do it. */
export class OutboxTable {
  readonly #pool: PgPool;
  readonly #messages: string;
  readonly #lease: string;

  constructor(pool: PgPool, table: string) {
    this.#pool = pool;
    this.#messages = quoted(table);
    this.#lease = leaseTable(table);
  }

  /** The topics that have messages, found by one look into the index for each. */
  async topics(): Promise<readonly string[]> {
    const { rows } = await this.#pool.query(
      `WITH RECURSIVE topics AS (
         (SELECT topic FROM ${this.#messages} ORDER BY topic LIMIT 1)
         UNION ALL
         SELECT (SELECT topic FROM ${this.#messages} WHERE topic > topics.topic ORDER BY topic LIMIT 1) FROM topics WHERE topic IS NOT NULL)
       SELECT topic FROM topics WHERE topic IS NOT NULL`,
    );
    return rows.map(({ topic }) => topic as string);
  }

  /** The first messages of a topic, in order, without those of `except`: at most `size`, but one that is larger alone. */
  async page(topic: string, size: PageSize, except: readonly string[]): Promise<readonly OutboxRow[]> {
    const now = performance.now();
    const { rows } = await this.#pool.query(
      `SELECT sized.id::text, partition, key, value, headers::text, timestamp::text,
              (extract(epoch FROM clock_timestamp() - added_at) * 1000)::float8 AS age
       FROM (SELECT *, sum(size) OVER (ORDER BY id) AS total FROM (
         SELECT *, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) + octet_length(headers::text) AS size
         FROM ${this.#messages} WHERE topic = $1 AND id <> ALL ($2::bigint[]) ORDER BY id LIMIT $3) AS rows) AS sized
       WHERE total <= $4 OR total = size ORDER BY sized.id`,
      [topic, except, size.messages, size.bytes],
    );
    return rows.map((row) => ({
      id: row['id'] as string,
      ...(row['partition'] === null ? {} : { partition: row['partition'] as number }),
      key: row['key'] as Buffer | null,
      value: row['value'] as Buffer | null,
      headers: headersOf(row['headers'] as string),
      timestamp: row['timestamp'] as string,
      addedAt: now - (row['age'] as number),
    }));
  }

  async remove(topic: string, ids: readonly string[]): Promise<void> {
    await this.#pool.query(`DELETE FROM ${this.#messages} WHERE topic = $1 AND id = ANY ($2::bigint[])`, [topic, ids]);
  }

  async pending(): Promise<PendingMessages> {
    const { rows } = await this.#pool.query(
      `SELECT count(*)::float8 AS messages, (extract(epoch FROM clock_timestamp() - min(added_at)) * 1000)::float8 AS oldest
       FROM ${this.#messages}`,
    );
    const { messages, oldest } = rows[0] as { readonly messages: number; readonly oldest: number | null };
    return { messages, oldest: oldest ?? undefined };
  }

  /**
   * Takes the lease, or makes it longer, unless another holds it. All times are the database's.
   *
   * @returns whether it is `holder`'s for `duration` milliseconds from now
   */
  async takeLease(holder: string, duration: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `INSERT INTO ${this.#lease} AS lease (holder, until) VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
       ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE lease.holder = excluded.holder OR lease.until < clock_timestamp()`,
      [holder, duration],
    );
    return rowCount === 1;
  }

  /** Ends the lease, if it is `holder`'s, and tells the others on `channel`. */
  async endLease(holder: string, channel: string): Promise<void> {
    await this.#pool.query(
      `WITH ended AS (DELETE FROM ${this.#lease} WHERE holder = $1 RETURNING holder) SELECT pg_notify($2, '') FROM ended`,
      [holder, channel],
    );
  }
}
