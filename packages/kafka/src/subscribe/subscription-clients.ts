import type { AdminPort } from '../client/port/admin.ts';
import type { ProducerPort } from '../client/port/engine-clients.ts';
import type { GroupMemberPort } from '../client/port/group-member.ts';
import { atMost } from '../core/aborted-work.ts';

/** Connects a client, and returns it. */
export type Connect = <C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(client: C) => Promise<C>;

/** Runs `start`; what it has connected is disconnected in reverse when it fails. @throws what `start` rejects with */
export async function connecting<T>(start: (connect: Connect) => Promise<T>): Promise<T> {
  const connected: { disconnect(): Promise<void> }[] = [];
  try {
    return await start(async (client) => {
      await client.connect();
      connected.push(client);
      return client;
    });
  } catch (error) {
    for (const client of connected.toReversed()) await client.disconnect().catch(() => {});
    throw error;
  }
}

/** The clients of one subscription; all connected. */
export interface SubscriptionClients {
  readonly admin: AdminPort;
  readonly member: GroupMemberPort;
  readonly producer: ProducerPort | undefined;
}

// Milliseconds for joining the group, if that is under way, and for leaving it after the last handler.
const joiningAndLeaving = 4_000;

/**
 * Disconnects the clients, the member first: it waits for its batches, which may still write and commit. It waits for a limited time, as the broker may be gone. Never rejects.
 *
 * @param timeout milliseconds that the batches may take
 */
export async function drainClients({ member, producer, admin }: SubscriptionClients, timeout: number): Promise<void> {
  await atMost(timeout + joiningAndLeaving, disconnectAll());

  async function disconnectAll(): Promise<void> {
    await Promise.allSettled([member.disconnect()]);
    await Promise.allSettled([producer?.disconnect(), admin.disconnect()]);
  }
}
