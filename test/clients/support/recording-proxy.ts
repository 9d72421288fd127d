import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { FrameReader } from '../../../packages/embedded-kafka/src/wire/frame-reader.ts';

/** Stands between clients and an embedded broker, and sees the frame of each request as the client wrote it. */
export class RecordingProxy implements AsyncDisposable {
  /** `host:port` for clients. */
  readonly address: string;
  /** Frames of requests, without the sizes before them, in the order in which they came. */
  readonly frames: readonly Buffer[];
  readonly #close: () => Promise<void>;

  private constructor(address: string, frames: readonly Buffer[], close: () => Promise<void>) {
    this.address = address;
    this.frames = frames;
    this.#close = close;
  }

  /** @param kafka has one broker, which tells clients the address of the proxy from now on */
  static async before(kafka: EmbeddedKafka): Promise<RecordingProxy> {
    const [host = '', brokerPort = ''] = kafka.brokers[0]?.split(':') ?? [];
    const frames: Buffer[] = [];
    const server = createServer((client) => {
      const broker = connect(Number(brokerPort), host);
      const reader = new FrameReader();
      client.on('data', (chunk) => frames.push(...[...reader.push(chunk)].map((frame) => Buffer.from(frame))));
      // A client that goes away without a word is as good an end as any.
      void pipeline(client, broker, client).catch(() => {});
    });
    server.listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    kafka.on('Metadata', async (_, next) => {
      const answer = await next();
      return answer && { ...answer, brokers: answer.brokers.map((broker) => ({ ...broker, port })) };
    });
    kafka.on('FindCoordinator', async (_, next) => {
      const answer = await next();
      return answer && { ...answer, port, coordinators: answer.coordinators?.map((one) => ({ ...one, port })) ?? [] };
    });
    return new RecordingProxy(`${host}:${port}`, frames, async () => {
      server.close();
      await once(server, 'close');
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
