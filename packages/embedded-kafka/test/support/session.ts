import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ApiName, DecodedResponse, RequestToEncode } from '../../src/wire/apis/apis.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';

/** One connection to a broker, for requests that depend on each other. Responses are read on demand. */
export class Session implements AsyncDisposable {
  readonly socket: Socket;
  /** Resolves when either side closes the connection. */
  readonly closed: Promise<unknown>;
  readonly #frames = new FrameReader();
  readonly #arrived: Buffer[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    // Not by once(), which rejects when an error comes first.
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    // The broker may reset the connection; `closed` resolves all the same.
    socket.on('error', () => {});
  }

  static async open(broker: string): Promise<Session> {
    const [host = '', port] = broker.split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    return new Session(socket);
  }

  /** @param ca the certificate authority of the broker's certificate */
  static async openTls(broker: string, ca: string): Promise<Session> {
    const [host = '', port] = broker.split(':');
    const socket = connectTls({ host, port: Number(port), ca });
    await once(socket, 'secureConnect');
    return new Session(socket);
  }

  /** Sends a request without waiting for its response. */
  post<A extends ApiName>(api: A, version: number, body: RequestToEncode<A>): void {
    for (const part of encodeRequest({ api, version, correlationId: 7, clientId: null, body })) this.socket.write(part);
  }

  async ask<A extends ApiName>(api: A, version: number, body: RequestToEncode<A>): Promise<DecodedResponse<A>> {
    this.post(api, version, body);
    return decodeResponse(api, version, await this.frame()).body;
  }

  /** Sends bytes with their length before them. */
  send(bytes: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    this.socket.write(Buffer.concat([length, bytes]));
  }

  /** Sends a bare token and resolves with the bare response. */
  async token(bytes: Buffer): Promise<Buffer> {
    this.send(bytes);
    return this.frame();
  }

  /** Resolves with the next frame. Rejects when the connection closes instead. */
  async frame(): Promise<Buffer> {
    for (;;) {
      const frame = this.#arrived.shift();
      if (frame !== undefined) return frame;
      const chunk = this.socket.read() as Buffer | null;
      if (chunk !== null) this.#arrived.push(...this.#frames.push(chunk));
      else if (this.socket.readableEnded || this.socket.destroyed) throw new Error('The broker closed the connection instead of answering');
      else await Promise.race([once(this.socket, 'readable'), this.closed]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}
