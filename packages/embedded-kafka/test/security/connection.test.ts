import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import type { DecodedResponse } from '../../src/wire/apis/apis.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import { Session } from '../support/session.ts';
import { clientFinal, clientFirst } from './scram-client.ts';

const everyTopic = { topics: null, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
const password = 'pencil';
const rightPlain = { authBytes: Buffer.from(`\0alice\0${password}`) };

describe('a connection that must authenticate', () => {
  let kafka: EmbeddedKafka;
  let session: Session;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 }, sasl: { users: { alice: password } } });
    session = await Session.open(kafka.brokers[0] ?? '');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await session[Symbol.asyncDispose]();
    await kafka.stop();
  });

  const authenticate = (message: string): Promise<DecodedResponse<'SaslAuthenticate'>> =>
    session.ask('SaslAuthenticate', 2, { authBytes: Buffer.from(message) });
  const topicNames = async (): Promise<unknown> => (await session.ask('Metadata', 1, everyTopic)).topics.map(({ name }) => name);

  it('receives the server signature for a correct SCRAM proof', async () => {
    await session.ask('SaslHandshake', 1, { mechanism: 'SCRAM-SHA-256' });
    const { message, serverSignature } = clientFinal((await authenticate(clientFirst)).authBytes.toString(), password);
    expect((await authenticate(message)).authBytes.toString()).to.equal(serverSignature);
    expect(await topicNames()).to.deep.equal(['orders']);
  });

  it('authenticates with bare tokens after a handshake of version 0', async () => {
    await session.ask('SaslHandshake', 0, { mechanism: 'SCRAM-SHA-256' });
    const { message, serverSignature } = clientFinal((await session.token(Buffer.from(clientFirst))).toString(), password);
    expect((await session.token(Buffer.from(message))).toString()).to.equal(serverSignature);
    expect(await topicNames()).to.deep.equal(['orders']);
  });

  for (const [what, wrong] of [
    ['of another password', { password: 'pencil ' }],
    ['over another nonce', { nonce: 'fyko+d2lbbFgONRv9qkxdawL' }],
    ['bound to another channel', { channelBinding: 'eSws' }],
    ['that is too short', { proof: (right: Buffer) => right.subarray(1) }],
    ['that is too long', { proof: (right: Buffer) => Buffer.concat([right, right]) }],
    ['that is empty', { proof: () => Buffer.alloc(0) }],
    ['in which a bit is wrong', { proof: (right: Buffer) => Buffer.from(right.with(31, (right[31] ?? 0) ^ 1)) }],
  ] as const) {
    it(`is closed for a SCRAM proof ${what}`, async () => {
      await session.ask('SaslHandshake', 1, { mechanism: 'SCRAM-SHA-256' });
      const { message } = clientFinal((await authenticate(clientFirst)).authBytes.toString(), password, wrong);
      expect(await authenticate(message)).to.deep.include({
        errorCode: errorCodes.SASL_AUTHENTICATION_FAILED,
        errorMessage: 'Authentication failed: Invalid credentials for SCRAM-SHA-256',
      });
      await session.closed;
    });
  }

  it('is not authenticated by half a proof', async () => {
    await session.ask('SaslHandshake', 1, { mechanism: 'SCRAM-SHA-256' });
    expect((await authenticate(clientFirst)).errorCode).to.equal(errorCodes.NONE);
    session.post('Metadata', 1, everyTopic);
    await session.closed;
  });

  it('cannot reuse a proof that was made for another connection', async () => {
    await session.ask('SaslHandshake', 1, { mechanism: 'SCRAM-SHA-256' });
    const { message } = clientFinal((await authenticate(clientFirst)).authBytes.toString(), password);
    await authenticate(message);
    await using replay = await Session.open(kafka.brokers[0] ?? '');
    await replay.ask('SaslHandshake', 1, { mechanism: 'SCRAM-SHA-256' });
    await replay.ask('SaslAuthenticate', 2, { authBytes: Buffer.from(clientFirst) });
    const answer = await replay.ask('SaslAuthenticate', 2, { authBytes: Buffer.from(message) });
    expect(answer.errorCode).to.equal(errorCodes.SASL_AUTHENTICATION_FAILED);
  });

  it('may send everything at once, or byte by byte', async () => {
    const requests = [
      encodeRequest({ api: 'SaslHandshake', version: 0, correlationId: 1, clientId: null, body: { mechanism: 'PLAIN' } }),
      [Buffer.from([0, 0, 0, rightPlain.authBytes.length]), rightPlain.authBytes],
      encodeRequest({ api: 'Metadata', version: 1, correlationId: 2, clientId: null, body: everyTopic }),
    ].flat();
    const bytes = Buffer.concat(requests);
    for (const sizeOfChunk of [bytes.length, 1]) {
      await using other = await Session.open(kafka.brokers[0] ?? '');
      for (let at = 0; at < bytes.length; at += sizeOfChunk) other.socket.write(bytes.subarray(at, at + sizeOfChunk));
      expect(decodeResponse('SaslHandshake', 0, await other.frame()).body.errorCode).to.equal(errorCodes.NONE);
      expect(await other.frame()).to.deep.equal(Buffer.alloc(0));
      expect(decodeResponse('Metadata', 1, await other.frame()).body.topics).to.have.length(1);
    }
  });

  it('is closed at once when authentication fails, even when the client keeps sending and never closes', async () => {
    const socket = connect({ port: kafka.broker(1).port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
    const end = once(socket.resume(), 'end');
    const send = (api: 'SaslHandshake' | 'SaslAuthenticate', body: never): void => {
      for (const part of encodeRequest({ api, version: 1, correlationId: 1, clientId: null, body })) socket.write(part);
    };
    send('SaslHandshake', { mechanism: 'PLAIN' } as never);
    send('SaslAuthenticate', { authBytes: Buffer.from('\0alice\0wrong') } as never);
    await end;
    // A server that closed only its own side would accept this for as long as the client sends.
    const reset = new Promise((resolve) => socket.once('close', resolve));
    const sending = setInterval(() => send('SaslAuthenticate', rightPlain as never), 1);
    socket.once('close', () => clearInterval(sending));
    sockets.push(socket);
    await reset;
  });

  it('is closed after the response when a fault rejects its authentication', async () => {
    for (const api of ['SaslHandshake', 'SaslAuthenticate'] as const) {
      await using faulted = await Session.open(kafka.brokers[0] ?? '');
      kafka.fault({ api }, { error: 'SASL_AUTHENTICATION_FAILED' });
      const handshake = await faulted.ask('SaslHandshake', 1, { mechanism: 'PLAIN' });
      const last = api === 'SaslHandshake' ? handshake : await faulted.ask('SaslAuthenticate', 1, rightPlain);
      expect(last.errorCode).to.equal(errorCodes.SASL_AUTHENTICATION_FAILED);
      await faulted.closed;
    }
    kafka.assertNoPendingFaults();
  });

  it('may request the versions first, even with an unknown version', async () => {
    const [size, ...rest] = encodeRequest({ api: 'ApiVersions', version: 0, correlationId: 7, clientId: null, body: software });
    const bytes = Buffer.concat([size ?? Buffer.alloc(0), ...rest]);
    bytes.writeInt16BE(99, 6);
    session.socket.write(bytes);
    expect(decodeResponse('ApiVersions', 0, await session.frame()).body.errorCode).to.equal(errorCodes.UNSUPPORTED_VERSION);
    expect((await session.ask('ApiVersions', 3, software)).errorCode).to.equal(0);
  });
});
