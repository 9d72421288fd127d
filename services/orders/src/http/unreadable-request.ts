import type { Socket } from 'node:net';
import { answer } from './answer.ts';

const statuses: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
};

/**
 * Answers data that Node could not read as an HTTP request. There is no request, so no trace and no reply object: the answer of
 * the common shape is written directly to the socket.
 */
export function unreadableRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, phrase] = statuses[error.code ?? ''] ?? [400, 'Bad Request'];
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(answer(status, 'This is not a request that the service can read', null, undefined));
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
