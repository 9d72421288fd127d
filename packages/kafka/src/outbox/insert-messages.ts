import type { PgQueryable } from '../postgres/pg-client.ts';
import { quoted } from '../postgres/table-name.ts';
import { pages } from './pages.ts';
import { sizeOf, type StoredMessage } from './stored-message.ts';
import { channelOf } from './table-sql.ts';

const columns = 6;
const atOnce = { messages: 500, bytes: 4_000_000 };

/** Writes rows in order, a few hundred a statement, and tells the relays when the transaction commits. */
export async function insertMessages(client: PgQueryable, table: string, messages: readonly StoredMessage[]): Promise<void> {
  for (const part of pages(messages, atOnce, sizeOf)) {
    const values: unknown[] = [channelOf(table)];
    const rows = part.map(({ topic, partition, key, value, headers, timestamp }) => {
      const first = values.push(topic, partition, key, value, headers, timestamp) - columns + 1;
      return `($${first}, $${first + 1}::integer, $${first + 2}::bytea, $${first + 3}::bytea, $${first + 4}::json, $${first + 5}::bigint)`;
    });
    await client.query(
      `WITH added AS (
         INSERT INTO ${quoted(table)} (topic, partition, key, value, headers, timestamp) VALUES ${rows.join(', ')})
       SELECT pg_notify($1, '')`,
      values,
    );
  }
}
