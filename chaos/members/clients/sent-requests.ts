import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** API keys of Kafka's protocol. */
export const produce = 0;
export const offsetCommit = 8;

/** Calls `onSent` as soon as the kernel has accepted a request of this process, for clients that write one request at a time. */
export function watchSentRequests(onSent: (apiKey: number) => void): void {
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    // Not before: connecting takes the method of the class again.
    socket.once('connect', () => {
      const write = socket.write.bind(socket) as (data: Buffer, ...others: readonly unknown[]) => boolean;
      socket.write = ((data: Buffer, ...others: readonly unknown[]) => {
        const isDrained = write(data, ...others);
        // After the four bytes of the length.
        if (data.length > 6 && socket.writableLength === 0) onSent(data.readInt16BE(4));
        return isDrained;
      }) as Socket['write'];
    });
  });
}
