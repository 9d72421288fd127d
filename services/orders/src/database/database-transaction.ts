import type { Pool, PoolClient } from 'pg';
import { databaseError } from './database-unavailable.ts';

/** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
export type Transaction = (work: (client: PoolClient) => Promise<void>) => Promise<void>;

/** Transactions over a pool. They reject as {@link databaseError} says, and with what `work` rejects with. */
export function databaseTransaction(pool: Pool): Transaction {
  return async (work) => {
    try {
      await run(pool, work);
    } catch (error) {
      throw databaseError(error);
    }
  };
}

const ignore = (): void => {};

async function run(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  // A connection that breaks between two statements also emits an event, which ends the process when it has no listener.
  client.on('error', ignore);
  let isUsable = true;
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    // A connection whose rollback fails is closed: then the database rolls back.
    isUsable = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(!isUsable);
  }
}
