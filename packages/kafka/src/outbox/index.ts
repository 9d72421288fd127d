export { outbox } from './outbox.ts';
export type { Outbox, OutboxRecord } from './outbox.ts';
export type { OutboxOptions, RelayOptions, RelayProducerOptions } from './table/outbox-options.ts';
export type { OutboxRelay, RelayDrainOptions, RelayDrainReport, RelayHealth } from './relay/outbox-relay.ts';
export type { HeldMessages } from './relay/send-backoff.ts';
export type { PageSize, PendingMessages } from './table/outbox-table.ts';
export { outboxTable } from './table/table-sql.ts';
export type { PgClient, PgPool, PgQueryable, PgResult } from '../postgres/pg-client.ts';
