export { memoryStore } from './memory-store.ts';
export type { MemoryStoreOptions } from './memory-store.ts';
export { outboxId } from './idempotency-key.ts';
export { onceOnly } from './idempotent.ts';
export type { OnceOnlyHandler, OnceOnlyOptions } from './idempotent.ts';
export type { OnceOnlyStore } from './idempotency-store.ts';
export { onceOnlyTable, postgresStore } from './postgres-store.ts';
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts';
export type { ClientOf, PgClient, PgPool, PgQueryable, PgResult } from '../postgres/pg-client.ts';
