import type { Admin, Producer } from 'kafkajs';
import { answered, until } from './until.ts';

/**
 * Resolves when the coordinators of groups and of transactions answer. A new broker creates the topics of their
 * state at the first request, and rejects requests until these are loaded; a raw connection would see the error.
 *
 * @param producer a connected transactional producer
 */
export async function coordinatorsReady(admin: Admin, producer: Producer, groupId: string): Promise<void> {
  await until(() => answered(admin.fetchOffsets({ groupId })));
  await until(() => answered(producer.transaction().then((transaction) => transaction.abort())));
}
