import { type PgQueryable, quoted } from '../../postgres/pg-client.ts';
import { pages } from './outbox-table.ts';
import { spanContextColumn } from './span-context-text.ts';
import { sizeOf, type StoredMessage } from './stored-message.ts';
import { channelOf } from './table-sql.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly of: (message: StoredMessage) => unknown;
}

const columns: readonly Column[] = [
  { name: 'topic', type: 'text', of: ({ topic }) => topic },
  { name: 'partition', type: 'integer', of: ({ partition }) => partition },
  { name: 'key', type: 'bytea', of: ({ key }) => key },
  { name: 'value', type: 'bytea', of: ({ value }) => value },
  { name: 'headers', type: 'json', of: ({ headers }) => headers },
  { name: 'timestamp', type: 'bigint', of: ({ timestamp }) => timestamp },
];
const withSpanContext: readonly Column[] = [...columns, { name: spanContextColumn, type: 'text', of: ({ spanContext }) => spanContext }];
const atOnce = { messages: 500, bytes: 4_000_000 };

/** Writes rows in order, a few hundred per statement, and notifies the relays when the transaction commits. */
export async function insertMessages(client: PgQueryable, table: string, messages: readonly StoredMessage[]): Promise<void> {
  const written = messages[0]?.spanContext === undefined ? columns : withSpanContext;
  const names = written.map(({ name }) => name).join(', ');
  for (const part of pages(messages, atOnce, sizeOf)) {
    const values: unknown[] = [channelOf(table)];
    const rows = part.map((message) => `(${written.map(({ type, of }) => `$${values.push(of(message))}::${type}`).join(', ')})`);
    await client.query(
      `WITH added AS (
         INSERT INTO ${quoted(table)} (${names}) VALUES ${rows.join(', ')})
       SELECT pg_notify($1, '')`,
      values,
    );
  }
}
