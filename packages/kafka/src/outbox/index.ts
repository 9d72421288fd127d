export { outbox } from './outbox.ts';
export type { Outbox, OutboxRecord } from './outbox.ts';
export type { OutboxOptions, RelayOptions } from './outbox-options.ts';
export type { OutboxRelay, RelayDrainOptions, RelayDrainReport, RelayHealth } from './outbox-relay.ts';
export type { HeldMessages } from './holds.ts';
export type { PageSize, PendingMessages } from './outbox-table.ts';
export { outboxTable } from './table-sql.ts';
export type { PgClient, PgPool, PgQueryable, PgResult } from '../postgres/pg-client.ts';
