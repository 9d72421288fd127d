// Preloaded into the services. Their standard input is a pipe that is never written to: it ends when the demo ends, also by kill -9,
// and then no other process would end them.
import type { Socket } from 'node:net';

const input = process.stdin as unknown as Socket;
input.once('close', () => process.kill(process.pid, 'SIGTERM')).resume();
input.unref();
