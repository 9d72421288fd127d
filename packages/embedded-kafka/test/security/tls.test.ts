import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { expect } from 'chai';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { EmbeddedKafka } from '../../src/index.ts';
import { consumerOf, producerOf } from '../support/clients.ts';
import { cert, key } from '../support/localhost.ts';

describe('a broker with TLS', () => {
  let kafka: EmbeddedKafka;
  let lines: string[];
  const start = async (more: object = {}): Promise<void> => {
    lines = [];
    const options = { topics: { orders: 1 }, brokers: 2, log: (line: string) => lines.push(line) };
    kafka = await EmbeddedKafka.start({ ...options, tls: { key, cert, ...more } });
  };
  afterEach(() => kafka.stop());

  const reach = async (): Promise<Socket> => {
    const socket = connect(kafka.broker(1).port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const topics = async (ssl: ConnectionOptions | boolean, sasl = {}): Promise<unknown> => {
    const admin = new Kafka({ brokers: kafka.brokers, ssl, logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...sasl }).admin();
    try {
      await admin.connect();
      return await admin.listTopics();
    } catch (error) {
      return error;
    } finally {
      await admin.disconnect();
    }
  };

  it('serves clients that trust its certificate, on each of its brokers and after a restart', async () => {
    await start();
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
    await kafka.broker(1).restart();
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
    expect(lines).to.deep.equal([]);
  });

  it('closes the connection of a client that does not trust it or does not speak TLS', async () => {
    await start();
    expect(await topics(true))
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/self-signed certificate/);
    for (const bytes of [Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const socket = await reach();
      const closed = once(socket.resume(), 'close');
      socket.write(bytes);
      await closed;
    }
    expect(lines).to.deep.equal([
      'Connection of /127.0.0.1 closed: TLS failed: wrong version number',
      'Connection of /127.0.0.1 closed: TLS failed: http request',
    ]);
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
  });

  it('logs nothing about a client that connects and disconnects, as port checks do', async () => {
    await start();
    const polite = await reach();
    const ended = once(polite.resume(), 'close');
    polite.end();
    await ended;
    (await reach()).resetAndDestroy();
    // Its response shows that the earlier connections are handled.
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
    expect(lines).to.deep.equal([]);
  });

  for (const [what, tls, reason] of [
    ['without a certificate', {}, 'tls must have key and cert, or pfx'],
    ['with a key alone', { key }, 'tls must have key and cert, or pfx'],
    ['with a key that is none', { key: 'secret', cert }, 'tls must have a key and certificate that node:tls can read'],
    ['with a certificate that is none', { key, cert: key }, 'tls must have a key and certificate that node:tls can read: no start line'],
    ['with a pfx that is none', { pfx: Buffer.from('none') }, 'tls must have a key and certificate that node:tls can read'],
  ] as const) {
    it(`does not start ${what}`, async () => {
      const refused: unknown = await EmbeddedKafka.start({ tls }).catch((error: unknown) => error);
      expect(refused).to.have.property('code', 'invalid_option');
      expect(refused).to.have.property('message').that.includes(reason);
      expect(String(refused)).to.not.include('secret');
    });
  }

  it('requests a client certificate when requestCert is set', async () => {
    await start({ ca: cert, requestCert: true, rejectUnauthorized: true });
    expect(await topics({ ca: cert, key, cert })).to.deep.equal(['orders']);
    expect(await topics({ ca: cert })).to.be.instanceOf(Error);
    expect(lines).to.deep.equal(['Connection of /127.0.0.1 closed: TLS failed: peer did not return a certificate']);
  });

  it('stops while a client is connected that never sends anything', async () => {
    await start();
    const closed = once((await reach()).resume(), 'close');
    await kafka.stop();
    await closed;
    expect(lines).to.deep.equal([]);
  });

  it('authenticates clients by SASL too', async () => {
    lines = [];
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 }, tls: { key, cert }, sasl: { users: { alice: 'secret' } } });
    const sasl = (password: string): object => ({ sasl: { mechanism: 'scram-sha-512', username: 'alice', password } });
    expect(await topics({ ca: cert }, sasl('secret'))).to.deep.equal(['orders']);
    // The response arrives before the connection closes: otherwise the error would be another one.
    expect(await topics({ ca: cert }, sasl('wrong'))).to.have.property('name', 'KafkaJSSASLAuthenticationError');
  });

  it('carries messages of any size between three brokers and an authenticated client', async () => {
    lines = [];
    const options = { topics: { orders: 3 }, brokers: 3, log: (line: string) => lines.push(line) };
    kafka = await EmbeddedKafka.start({ ...options, tls: { key, cert }, sasl: { users: { alice: 'secret' } } });
    const sasl: SASLOptions = { mechanism: 'scram-sha-256', username: 'alice', password: 'secret' };
    const client = new Kafka({ brokers: kafka.brokers, ssl: { ca: cert }, sasl, logLevel: logLevel.NOTHING });
    const stops: (() => Promise<void>)[] = [];
    const sizes: number[] = [];
    const all = Promise.withResolvers<void>();
    const onMessage = ({ message }: { message: { value: Buffer | null } }): void => {
      if (sizes.push(message.value?.length ?? -1) === 9) all.resolve();
    };
    try {
      await consumerOf(client, { groupId: 'billing', topic: 'orders', onMessage }, stops);
      const producer = await producerOf(client, stops);
      for (const size of [0, 1, 900_000]) {
        const messages = [0, 1, 2].map((partition) => ({ partition, value: Buffer.alloc(size) }));
        await producer.send({ topic: 'orders', messages });
      }
      await all.promise;
    } finally {
      await Promise.all(stops.map((stop) => stop()));
    }
    expect(sizes.toSorted((a, b) => a - b)).to.deep.equal([0, 0, 0, 1, 1, 1, 900_000, 900_000, 900_000]);
    expect(lines).to.deep.equal([]);
  });
});
