import { randomUUID } from 'node:crypto';
import type { AdminPort } from './port/admin.ts';
import type { EngineClients } from './port/engine-clients.ts';

// What one question needs of the brokers, and takes away again.

/**
 * Connects an admin client for a piece of work, and disconnects it afterwards, also when the work fails.
 *
 * @returns what `work` resolves with
 * @throws what `work` throws, or the client when the broker does not answer
 */
export async function withAdmin<T>(clients: Pick<EngineClients, 'admin'>, work: (admin: AdminPort) => Promise<T>): Promise<T> {
  const admin = clients.admin();
  try {
    await admin.connect();
    // Awaited: the client must stay until the work has ended.
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Reads in a group of no one else, and deletes it when the work has succeeded: brokers would keep it for days.
 *
 * @param prefix what its name begins with, for the account's permissions: see docs/operations/brokers.md
 * @returns what `work` resolves with
 * @throws what `work` throws
 */
export async function inTemporaryGroup<T>(
  admin: Pick<AdminPort, 'deleteGroups'>,
  prefix: string,
  work: (groupId: string) => Promise<T>,
): Promise<T> {
  const groupId = `${prefix}-${randomUUID()}`;
  const result = await work(groupId);
  // The broker may already have removed a group that never committed.
  await admin.deleteGroups([groupId]).catch(() => {});
  return result;
}
