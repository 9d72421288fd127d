import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Authentication, type SaslServer } from '../security/authentication.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { answerRequest } from './answer-request.ts';
import type { RequestOrigin } from './apply-request.ts';
import { FrameQueue } from './frame-queue.ts';
import type { Gate } from './gate.ts';

/** What a {@link Connection} is made with. */
export interface ConnectionOptions extends Omit<RequestOrigin, 'signal' | 'clientHost' | 'authentication'> {
  /** Asks clients who they are; `undefined` where everyone may come in. */
  readonly sasl: SaslServer | undefined;
  /** Holds back all requests while it is closed. */
  readonly gate: Gate;
  /** Gets one line about a connection that had to be closed. */
  readonly log: (line: string) => void;
}

/** More bytes than this that a client has not read: its next request waits. */
const mostUnread = 4 * 1024 * 1024;

/**
 * The connection of one client. Its requests are handled one after the other and answered in their order, as clients rely
 * on; a parked fetch or join holds back what comes after it, as it does in Apache Kafka.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #queue = new FrameQueue();
  readonly #closed = new AbortController();
  readonly #options: ConnectionOptions;
  readonly #origin: RequestOrigin;
  readonly #authentication: Authentication;
  #working = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { cluster, control, nodeId, sasl } = options;
    this.#authentication = new Authentication(sasl);
    const clientHost = `/${socket.remoteAddress ?? ''}`;
    this.#origin = { cluster, control, nodeId, clientHost, authentication: this.#authentication, signal: this.#closed.signal };
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // A client that goes away without a word is no error of the broker; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#closed.abort());
  }

  /** Ends the connection without another word, and resolves when it is closed. */
  async destroy(): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #receive(chunk: Buffer): void {
    // Read all the same: what is left unread when a connection closes resets it, and the client may lose its last answer.
    if (this.#authentication.hasFailed) return;
    try {
      for (const frame of this.#frames.push(chunk)) this.#queue.push(frame);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!this.#working) void this.#work();
    // What is not read stays with the client, as with a broker that does one request at a time and reads no other.
    if (this.#queue.isFull) this.#socket.pause();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
        if (this.#options.gate.opened !== undefined) await this.#options.gate.opened;
        if (this.#closed.signal.aborted) return;
        const response = this.#authentication.takesTokens ? this.#answerToken(frame) : await answerRequest(frame, this.#origin);
        if (this.#closed.signal.aborted) return;
        if (response !== undefined) this.#write(response);
        if (this.#authentication.hasFailed) return this.#closeUnauthenticated();
        if (this.#socket.writableLength > mostUnread) await this.#untilRead();
        if (this.#socket.isPaused() && !this.#queue.isFull) this.#socket.resume();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#working = false;
    }
  }

  #write(response: readonly Buffer[]): void {
    this.#socket.cork();
    for (const part of response) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** A token of a mechanism without a request around it (KIP-152, "before"): a wrong one has no answer. */
  #answerToken(token: Buffer): Buffer[] | undefined {
    const { error, authBytes } = this.#authentication.authenticate(token);
    if (error !== 'NONE') return undefined;
    const length = Buffer.alloc(4);
    length.writeInt32BE(authBytes.length);
    return [length, authBytes];
  }

  /** Waits until the client has read what was written, or is gone. */
  async #untilRead(): Promise<void> {
    await once(this.#socket, 'drain', { signal: this.#closed.signal }).catch(() => {});
  }

  /** Closes the connection of a client that did not prove who it is, after its answer. */
  #closeUnauthenticated(): void {
    this.#options.log(`Connection of ${this.#origin.clientHost} closed: authentication failed`);
    this.#queue.clear();
    // Not end(): it would wait for the client to end, too.
    this.#socket.destroySoon();
  }

  /** What cannot be read or handled ends this connection and no other. */
  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.log(`Connection of ${this.#origin.clientHost} closed: ${reason}`);
    this.#queue.clear();
    this.#socket.destroy();
  }
}
