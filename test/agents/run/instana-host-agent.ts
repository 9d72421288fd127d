import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A place where Instana's collector can announce itself, without which it traces nothing: its own agent is not on npm. */
export interface InstanaHostAgent extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Answers every announcement, and takes whatever is reported. */
export async function instanaHostAgent(): Promise<InstanaHostAgent> {
  const server = createServer((request, response) => {
    answerTo(request).then(
      (answer) => response.end(answer),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: { INSTANA_AGENT_HOST: '127.0.0.1', INSTANA_AGENT_PORT: String(port) },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answerTo(request: IncomingMessage): Promise<string> {
  const body = await text(request);
  if (request.method === 'GET') return JSON.stringify({ version: '1.1' });
  if (request.method !== 'PUT') return '[]';
  const { pid } = JSON.parse(body) as { pid: number };
  return JSON.stringify({ pid, agentUuid: 'none' });
}
