import type { HeaderValues } from '../../client/port/message.ts';
import { type PgQueryable, quoted } from '../../postgres/pg-client.ts';
import { headersOf } from './stored-headers.ts';
import { leaseTable } from './table-sql.ts';

/**
 * Names one row of a topic for ever: a database that came back in an earlier state, from a backup or on a replica, gives an id a second time,
 * to another message.
 */
export interface RowIdentity {
  /** Decimal; within a topic, ascending in the order in which messages were added. */
  readonly id: string;
  /** When it was added by the database's clock, to the microsecond: ISO 8601. */
  readonly added: string;
}

/** A message that waits to be sent. */
export interface OutboxRow extends RowIdentity {
  /** `null`: the partitioner decides. */
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: HeaderValues;
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string;
  /** As `added`, as a value of `performance.now()`. */
  readonly addedAt: number;
  /** Bytes of key, value and headers as they are stored. */
  readonly size: number;
  /** The partition that this relay or an earlier one marked it as waiting for; `null` when it never had to wait. */
  readonly heldPartition: number | null;
}

/** Messages that a page leaves out. */
export interface Excluded {
  /** Messages marked as waiting for one of these partitions. */
  readonly partitions: readonly number[];
  readonly keys: readonly Buffer[];
  readonly ids: readonly string[];
}

/** The lease, as its holder has it. */
export interface HeldLease {
  /** Decimal; changes whenever another relay acquires the lease. */
  readonly term: string;
  /** Names these tables among all outboxes whose relays send to the same brokers, a UUID. */
  readonly outbox: string;
}

/** The limits of one request. */
export interface PageSize {
  /** From 1. */
  readonly messages: number;
  /** Of keys, values and headers, from 1; a larger message goes alone. */
  readonly bytes: number;
}

/** The messages in an outbox. */
export interface PendingMessages {
  /** How many there are. */
  readonly messages: number;
  /** Milliseconds that the oldest message has waited; `undefined` when there is none. */
  readonly oldest: number | undefined;
}

// The ids find the rows: Postgres compares the times of those alone.
const ofRows = 'topic = $1 AND id = ANY ($2::bigint[]) AND added_at = ANY ($3::timestamptz[])';

/** Without the rest of the row, which need not be kept. */
export function identityOf({ id, added }: OutboxRow): RowIdentity {
  return { id, added };
}

function identities(rows: readonly RowIdentity[]): readonly [ids: string[], added: string[]] {
  return [rows.map(({ id }) => id), rows.map(({ added }) => added)];
}

/** The relay's side of the table. Every method rejects with the error of the pool when the database fails. */
export class OutboxTable {
  readonly #pool: PgQueryable;
  readonly #messages: string;
  readonly #lease: string;

  constructor(pool: PgQueryable, table: string) {
    this.#pool = pool;
    this.#messages = quoted(table);
    this.#lease = leaseTable(table);
  }

  /** The topics that have messages, found by one index look-up for each. */
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

  /** The first messages of a topic, in order, without what is `excluded`: at most `size`, but one that is larger alone. */
  async page(topic: string, size: PageSize, { partitions, keys, ids }: Excluded): Promise<readonly OutboxRow[]> {
    const now = performance.now();
    const { rows } = await this.#pool.query(
      `SELECT sized.id::text, partition, key, value, headers::text, timestamp::text, held_partition, size,
              to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS added,
              (extract(epoch FROM clock_timestamp() - added_at) * 1000)::float8 AS age
       FROM (SELECT *, sum(size) OVER (ORDER BY id) AS total FROM (
         SELECT *, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) + octet_length(headers::text) AS size
         FROM ${this.#messages} WHERE topic = $1
           AND (held_partition IS NULL OR held_partition <> ALL ($2::integer[]))
           AND (key IS NULL OR key <> ALL ($3::bytea[])) AND id <> ALL ($4::bigint[])
         ORDER BY id LIMIT $5) AS rows) AS sized
       WHERE total <= $6 OR total = size ORDER BY sized.id`,
      [topic, partitions, keys, ids, size.messages, size.bytes],
    );
    return rows.map((row) => ({
      id: row['id'] as string,
      added: row['added'] as string,
      ...(row['partition'] === null ? {} : { partition: row['partition'] as number }),
      key: row['key'] as Buffer | null,
      value: row['value'] as Buffer | null,
      headers: headersOf(row['headers'] as string),
      timestamp: row['timestamp'] as string,
      addedAt: now - (row['age'] as number),
      size: row['size'] as number,
      heldPartition: row['held_partition'] as number | null,
    }));
  }

  async remove(topic: string, rows: readonly RowIdentity[]): Promise<void> {
    await this.#pool.query(`DELETE FROM ${this.#messages} WHERE ${ofRows}`, [topic, ...identities(rows)]);
  }

  /** Marks messages as waiting for a partition, so that a page can leave them out. */
  async markHeld(topic: string, partition: number, rows: readonly RowIdentity[]): Promise<void> {
    await this.#pool.query(`UPDATE ${this.#messages} SET held_partition = $4 WHERE ${ofRows}`, [topic, ...identities(rows), partition]);
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
   * Acquires the lease, or extends it, unless another relay holds it. All times are the database's.
   *
   * @returns the lease as it is held, for `duration` milliseconds from now; `undefined` when another relay holds it
   */
  async takeLease(holder: string, duration: number): Promise<HeldLease | undefined> {
    const { rows } = await this.#pool.query(
      `INSERT INTO ${this.#lease} AS lease (holder, until) VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
       ON CONFLICT (only_row) DO UPDATE SET holder = excluded.holder, until = excluded.until,
         term = lease.term + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END
       WHERE lease.holder = excluded.holder OR lease.until < clock_timestamp()
       RETURNING term::text, outbox::text`,
      [holder, duration],
    );
    return rows[0] as HeldLease | undefined;
  }

  /** Ends the lease, if it is `holder`'s, and notifies the others on `channel`. */
  async endLease(holder: string, channel: string): Promise<void> {
    // The row stays: the next holder gets another term.
    await this.#pool.query(
      `WITH ended AS (UPDATE ${this.#lease} SET until = '-infinity' WHERE holder = $1 RETURNING holder)
       SELECT pg_notify($2, '') FROM ended`,
      [holder, channel],
    );
  }
}

/** The same items in order, in parts of at most `limit`, but for one that is larger alone. @param sizeOf bytes of an item */
export function* pages<T>(items: readonly T[], { messages, bytes }: PageSize, sizeOf: (item: T) => number): Generator<readonly T[]> {
  let part: T[] = [];
  let total = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length === messages || (part.length > 0 && total + size > bytes)) {
      yield part;
      part = [];
      total = 0;
    }
    part.push(item);
    total += size;
  }
  if (part.length > 0) yield part;
}
