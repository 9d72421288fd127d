export { memoryStore } from './memory-store.ts';
export type { MemoryStoreOptions } from './memory-store.ts';
export { outboxId } from './message-id.ts';
export { onceOnly } from './once-only.ts';
export type { OnceOnlyHandler, OnceOnlyOptions } from './once-only.ts';
export type { OnceOnlyStore } from './once-only-store.ts';
export { onceOnlyTable, postgresStore } from './postgres-store.ts';
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts';
export type { ClientOf, PgClient, PgPool, PgQueryable, PgResult } from '../postgres/pg-client.ts';
