import { expect } from 'chai';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka, EmbeddedKafkaError, type SaslMechanism } from '../../src/index.ts';
import { Session } from '../support/session.ts';

const everyTopic = { topics: null, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
const users = { alice: "alice's password", 'comma, and = too': 'ü€😀' };

describe('a broker with SASL', () => {
  let kafka: EmbeddedKafka;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 }, sasl: { users }, log: (line) => lines.push(line) });
  });
  afterEach(() => kafka.stop());

  const client = (sasl: { mechanism: string; username: string; password: string } | undefined, brokers = kafka.brokers): Kafka =>
    new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...(sasl && { sasl: sasl as SASLOptions }) });
  const metadataFor = async (kafkajs: Kafka): Promise<unknown> => {
    const admin = kafkajs.admin();
    try {
      await admin.connect();
      return await admin.listTopics();
    } catch (error) {
      return error;
    } finally {
      await admin.disconnect();
    }
  };

  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    it(`accepts ${mechanism} with the right password, and nothing else`, async () => {
      for (const [username, password] of Object.entries(users))
        expect(await metadataFor(client({ mechanism, username, password })), username).to.deep.equal(['orders']);
      for (const [username, password] of [
        ['alice', 'wrong'],
        ['alice', users['comma, and = too']],
        ['nobody', users.alice],
      ] as const) {
        const refused = await metadataFor(client({ mechanism, username, password }));
        expect(refused, `${username} ${password}`).to.be.instanceOf(Error);
        expect((refused as Error).name).to.equal('KafkaJSSASLAuthenticationError');
      }
      expect(lines).to.deep.equal(Array.from({ length: 3 }, () => 'Connection of /127.0.0.1 closed: authentication failed'));
    });
  }

  it('closes a connection that sends another request before authentication, and no other connection', async () => {
    const refused = await metadataFor(client(undefined));
    expect(refused).to.be.instanceOf(Error);
    expect(lines).to.deep.equal(['Connection of /127.0.0.1 closed: a request of Metadata before authentication']);
    expect(await metadataFor(client({ mechanism: 'plain', username: 'alice', password: users.alice }))).to.deep.equal(['orders']);
  });

  it('lists its mechanisms to a client that chooses another one, and closes the connection', async () => {
    await using other = await EmbeddedKafka.start({ sasl: { users, mechanisms: ['SCRAM-SHA-512'] } });
    await using session = await Session.open(other.brokers[0] ?? '');
    expect(await session.ask('SaslHandshake', 1, { mechanism: 'PLAIN' })).to.deep.equal({
      errorCode: errorCodes.UNSUPPORTED_SASL_MECHANISM,
      mechanisms: ['SCRAM-SHA-512'],
    });
    await session.closed;
  });

  it('accepts bare tokens after a handshake of version 0, as old clients send them (KIP-152)', async () => {
    await using session = await Session.open(kafka.brokers[0] ?? '');
    expect(await session.ask('SaslHandshake', 0, { mechanism: 'PLAIN' })).to.deep.include({ errorCode: errorCodes.NONE });
    expect(await session.token(Buffer.from(`\0alice\0${users.alice}`))).to.deep.equal(Buffer.alloc(0));
    expect((await session.ask('Metadata', 1, everyTopic)).topics.map(({ name }) => name)).to.deep.equal(['orders']);

    await using wrong = await Session.open(kafka.brokers[0] ?? '');
    await wrong.ask('SaslHandshake', 0, { mechanism: 'PLAIN' });
    wrong.send(Buffer.from('\0alice\0wrong'));
    await wrong.closed;
  });

  it('rejects requests in the wrong order', async () => {
    await using session = await Session.open(kafka.brokers[0] ?? '');
    await session.ask('SaslHandshake', 1, { mechanism: 'PLAIN' });
    const proof = { authBytes: Buffer.from(`alice\0alice\0${users.alice}`) };
    expect(await session.ask('SaslAuthenticate', 2, proof)).to.deep.include({ errorCode: errorCodes.NONE, sessionLifetimeMs: 0 });
    expect(await session.ask('SaslHandshake', 1, { mechanism: 'PLAIN' })).to.deep.include({ errorCode: errorCodes.ILLEGAL_SASL_STATE });
    expect(await session.ask('SaslAuthenticate', 1, proof)).to.deep.include({
      errorCode: errorCodes.ILLEGAL_SASL_STATE,
      errorMessage: 'SaslAuthenticate request received after successful authentication',
    });
    expect((await session.ask('Metadata', 1, everyTopic)).topics).to.have.length(1);

    for (const [before, ask] of [
      [false, (early: Session) => early.post('SaslAuthenticate', 2, proof)],
      [true, (early: Session) => early.post('ApiVersions', 0, software)],
      [true, (early: Session) => early.post('Metadata', 1, everyTopic)],
    ] as const) {
      await using early = await Session.open(kafka.brokers[0] ?? '');
      expect((await early.ask('ApiVersions', 0, software)).errorCode).to.equal(errorCodes.NONE);
      if (before) await early.ask('SaslHandshake', 1, { mechanism: 'PLAIN' });
      ask(early);
      await early.closed;
    }
    await using twice = await Session.open(kafka.brokers[0] ?? '');
    await twice.ask('SaslHandshake', 1, { mechanism: 'PLAIN' });
    expect(await twice.ask('SaslHandshake', 1, { mechanism: 'PLAIN' })).to.deep.include({ errorCode: errorCodes.ILLEGAL_SASL_STATE });
    await twice.closed;
  });

  it('answers as Apache Kafka does when authentication is off', async () => {
    await using open = await EmbeddedKafka.start();
    await using session = await Session.open(open.brokers[0] ?? '');
    expect(await session.ask('SaslHandshake', 1, { mechanism: 'PLAIN' })).to.deep.include({ errorCode: errorCodes.ILLEGAL_SASL_STATE });
    expect((await session.ask('Metadata', 1, everyTopic)).topics).to.deep.equal([]);
  });

  it('rejects malformed messages of a mechanism with an error message', async () => {
    const cases: readonly (readonly [SaslMechanism, string])[] = [
      ['PLAIN', ''],
      ['PLAIN', 'alice'],
      ['PLAIN', '\0\0password'],
      ['PLAIN', '\0alice\0'],
      ['PLAIN', `\0alice\0${users.alice}\0more`],
      ['PLAIN', `bob\0alice\0${users.alice}`],
      ['SCRAM-SHA-256', ''],
      ['SCRAM-SHA-256', 'n,,n=alice'],
      ['SCRAM-SHA-256', 'p=tls-unique,,n=alice,r=abc'],
      ['SCRAM-SHA-256', 'n,,n=al=ice,r=abc'],
      ['SCRAM-SHA-256', 'y,,n=alice,r=abc'],
      ['SCRAM-SHA-512', 'n,,n=nobody,r=abc'],
      ['SCRAM-SHA-256', 'n,a=bob,n=alice,r=abc'],
      ['SCRAM-SHA-256', `n,,n=alice,r=${'x'.repeat(5_000)}`],
    ];
    for (const [mechanism, message] of cases) {
      await using session = await Session.open(kafka.brokers[0] ?? '');
      await session.ask('SaslHandshake', 1, { mechanism });
      const answer = await session.ask('SaslAuthenticate', 2, { authBytes: Buffer.from(message) });
      expect(answer.errorCode, message).to.equal(errorCodes.SASL_AUTHENTICATION_FAILED);
      expect(answer.errorMessage).to.match(/^Authentication failed/);
      await session.closed;
    }
  });

  it('rejects invalid options', async () => {
    for (const [sasl, message] of [
      [{ users: {} }, 'sasl.users must have at least one user with a password'],
      [{ users: { alice: '' } }, 'sasl.users must have names and passwords that are not empty, which "alice" is not'],
      [{ users, mechanisms: [] }, 'sasl.mechanisms must have at least one mechanism'],
      [{ users, mechanisms: ['GSSAPI'] }, 'sasl.mechanisms takes PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, not "GSSAPI"'],
    ] as const) {
      const refused: unknown = await EmbeddedKafka.start({ sasl: sasl as never }).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(EmbeddedKafkaError).with.property('message').that.contains(message);
    }
  });
});
