export { memoryStore } from './memory-store.ts';
export type { MemoryStoreOptions } from './memory-store.ts';
export { outboxId } from './idempotency-key.ts';
export { idempotent } from './idempotent.ts';
export type { IdempotentHandler, IdempotentOptions } from './idempotent.ts';
export type { IdempotencyStore } from './idempotent.ts';
export { idempotencyTable, postgresStore } from './postgres-store.ts';
export type { PostgresStore, PostgresStoreOptions } from './postgres-store.ts';
export type { ClientOf, PgClient, PgPool, PgQueryable, PgResult } from '../postgres/pg-client.ts';
