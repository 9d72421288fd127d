import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { reachBrokers } from '../../src/cli/reach-brokers.ts';
import { clientNames, installedClient } from '../../src/client/installed-client.ts';
import { library as confluent } from '../client/confluent/use-confluent.ts';
import { Collector } from '../support/collector.ts';

describe('a command that no broker answers', () => {
  let server: ReturnType<typeof createServer>;
  let broker = '';
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    broker = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());
  const kafka = (): Kafka =>
    new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, connectionTimeout: 30_000, retry: { retries: 1, initialRetryTime: 1 } });

  it('says what it waits for, and ends at once when it is interrupted', async () => {
    const said = new Collector();
    const control = new AbortController();
    const reached = reachBrokers(kafka(), [broker], control.signal, (line) => said.add(line));
    const [socket] = (await once(server, 'connection')) as [{ destroy: () => void }];
    await said.until((lines) => lines.length === 1);
    expect(said.values[0]).to.match(new RegExp(`^waiting for an answer of ${broker} \\(\\d+ s\\)$`));
    control.abort();
    await reached;
    socket.destroy();
  });

  it('fails with the brokers that it asked, and with what to look at', async () => {
    server.close();
    await once(server, 'close');
    const failure = await reachBrokers(kafka(), [broker], new AbortController().signal, () => {}).catch((error: unknown) => error);
    expect((failure as Error).message).to.match(new RegExp(`^No broker answers at ${broker}: .*ECONNREFUSED.*--ssl.*--sasl`));
  });
});

describe('a command whose password the brokers refuse', () => {
  // Confluent's is not installed everywhere.
  for (const name of clientNames.filter((each) => each !== 'confluent' || confluent !== undefined))
    it(`says so at once, and not that none answers, on ${name}`, async () => {
      await using kafka = await EmbeddedKafka.start({ sasl: { users: { alice: 'secret' } } });
      const sasl = { mechanism: 'scram-sha-256', username: 'alice', password: 'forgotten' } as const;
      const client = await installedClient(name, 'test', { brokers: kafka.brokers, sasl });
      const startedAt = performance.now();
      const failure = await reachBrokers(client, kafka.brokers, new AbortController().signal, () => {}).catch((error: unknown) => error);
      expect((failure as Error).message)
        .to.match(/authenticat/i)
        .and.not.match(/No broker answers/);
      // librdkafka alone tries for 10 s.
      expect(performance.now() - startedAt).to.be.below(6_000);
    });
});
