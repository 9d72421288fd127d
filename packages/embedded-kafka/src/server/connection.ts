import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Authentication, type SaslServer } from '../security/authentication.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { answerRequest } from './answer-request.ts';
import type { RequestOrigin } from './apply-request.ts';
import { FrameQueue } from './flow-control.ts';

/** Options of a {@link Connection}. */
export interface ConnectionOptions extends Omit<RequestOrigin, 'signal' | 'clientHost' | 'authentication'> {
  /** Authenticates clients; `undefined` when they need not authenticate. */
  readonly sasl: SaslServer | undefined;
  /** Receives one line when the broker closes the connection because of an error. */
  readonly log: (line: string) => void;
}

/** When a client has not read this many bytes, its next request waits. */
const maxUnreadBytes = 4 * 1024 * 1024;

/**
 * The connection of one client. Requests are processed one after the other and answered in order, as clients expect. A
 * delayed fetch or join holds back the requests behind it, as in Apache Kafka.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #queue = new FrameQueue();
  readonly #closed = new AbortController();
  readonly #options: ConnectionOptions;
  readonly #origin: RequestOrigin;
  readonly #authentication: Authentication;
  #isProcessing = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { cluster, control, nodeId, gate, sasl } = options;
    this.#authentication = new Authentication(sasl);
    const clientHost = `/${socket.remoteAddress ?? ''}`;
    this.#origin = { cluster, control, nodeId, gate, clientHost, authentication: this.#authentication, signal: this.#closed.signal };
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // A client that disconnects abruptly is not an error of the broker; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#closed.abort());
  }

  /** Closes the connection at once, and resolves when it is closed. */
  async destroy(): Promise<void> {
    if (this.#socket.closed) return;
    this.#close();
    await once(this.#socket, 'close');
  }

  #receive(chunk: Buffer): void {
    // Reads and discards: closing a socket with unread data resets it, and the client may lose its last response.
    if (this.#authentication.hasFailed) return;
    try {
      for (const frame of this.#frames.push(chunk)) this.#queue.push(frame);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!this.#isProcessing) void this.#process();
    // Unread data stays with the client, as with a broker that reads one request at a time.
    if (this.#queue.isFull) this.#socket.pause();
  }

  async #process(): Promise<void> {
    this.#isProcessing = true;
    const { gate } = this.#options;
    try {
      for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
        if (gate.isClosed) await gate.passed();
        if (this.#closed.signal.aborted) return;
        const response = this.#authentication.takesTokens ? this.#answerToken(frame) : await answerRequest(frame, this.#origin);
        // A pause may have begun while a fetch or join was delayed.
        if (gate.isClosed) await gate.passed();
        if (this.#closed.signal.aborted) return;
        if (response !== undefined) this.#write(response);
        if (this.#authentication.hasFailed) return this.#closeUnauthenticated();
        if (this.#socket.writableLength > maxUnreadBytes) await this.#drained();
        if (this.#socket.isPaused() && !this.#queue.isFull) this.#socket.resume();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isProcessing = false;
    }
  }

  #write(response: readonly Buffer[]): void {
    this.#socket.cork();
    for (const part of response) this.#socket.write(part);
    this.#socket.uncork();
  }

  /** Answers a SASL token without a request header (KIP-152); a failed token gets no response. */
  #answerToken(token: Buffer): Buffer[] | undefined {
    const { error, authBytes } = this.#authentication.authenticate(token);
    if (error !== 'NONE') return undefined;
    const length = Buffer.alloc(4);
    length.writeInt32BE(authBytes.length);
    return [length, authBytes];
  }

  /** Waits until the client has read the written responses, or is gone. */
  async #drained(): Promise<void> {
    await once(this.#socket, 'drain', { signal: this.#closed.signal }).catch(() => {});
  }

  /** Closes the connection of a client whose authentication failed, after its response. */
  #closeUnauthenticated(): void {
    this.#queue.clear();
    // Not end(): it would wait for the client to close its side.
    this.#socket.destroySoon();
    this.#options.log(`Connection of ${this.#origin.clientHost} closed: authentication failed`);
  }

  /** An error in one connection closes that connection and no other. */
  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#close();
    this.#options.log(`Connection of ${this.#origin.clientHost} closed: ${reason}`);
  }

  /** The socket closes a moment later: until then, no other request of this connection may be processed. */
  #close(): void {
    this.#closed.abort();
    this.#queue.clear();
    this.#socket.destroy();
  }
}
