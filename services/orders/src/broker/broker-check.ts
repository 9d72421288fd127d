import type { Admin } from 'kafkajs';
import { connectOnce } from './connect-once.ts';

/** A check that resolves when the broker answers and rejects when it does not; over one connection that is kept. */
export function brokerCheck(admin: Admin): () => Promise<void> {
  const connected = connectOnce(admin);
  return async () => {
    await connected();
    await admin.describeCluster();
  };
}
