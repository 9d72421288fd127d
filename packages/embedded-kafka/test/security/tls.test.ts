import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { EmbeddedKafka } from '../../src/index.ts';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
/** For localhost and 127.0.0.1, valid for a hundred years, trusted by nobody but these tests. */
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

describe('a broker that speaks TLS', () => {
  let kafka: EmbeddedKafka;
  let lines: string[];
  const start = async (more: object = {}): Promise<void> => {
    lines = [];
    const options = { topics: { orders: 1 }, brokers: 2, log: (line: string) => lines.push(line) };
    kafka = await EmbeddedKafka.start({ ...options, tls: { key, cert, ...more } });
  };
  afterEach(() => kafka.stop());

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

  it('serves who trusts its certificate, at each of its brokers, after a restart too', async () => {
    await start();
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
    await kafka.broker(1).restart();
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
    expect(lines).to.deep.equal([]);
  });

  it('is refused by who does not trust it, and closes the connection of who speaks something else', async () => {
    await start();
    expect(await topics(true))
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/self-signed certificate/);
    const socket = connect(kafka.broker(1).port, '127.0.0.1').on('error', () => {});
    socket.write(Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]));
    await once(socket, 'close');
    expect(lines.at(-1)).to.match(/^Connection of \/(127\.0\.0\.1)? closed: .*(wrong version number|packet length)/);
    expect(await topics({ ca: cert })).to.deep.equal(['orders']);
  });

  it('asks for a certificate of the client, when told to', async () => {
    await start({ ca: cert, requestCert: true, rejectUnauthorized: true });
    expect(await topics({ ca: cert, key, cert })).to.deep.equal(['orders']);
    expect(await topics({ ca: cert })).to.be.instanceOf(Error);
  });

  it('stops while somebody is connected who never speaks', async () => {
    await start();
    const socket = connect(kafka.broker(1).port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await kafka.stop();
    await closed;
  });

  it('asks for the user, too', async () => {
    lines = [];
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 }, tls: { key, cert }, sasl: { users: { alice: 'secret' } } });
    const sasl = (password: string): object => ({ sasl: { mechanism: 'scram-sha-512', username: 'alice', password } });
    expect(await topics({ ca: cert }, sasl('secret'))).to.deep.equal(['orders']);
    expect(await topics({ ca: cert }, sasl('wrong'))).to.be.instanceOf(Error);
  });
});
