import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { library } from '../client/confluent/use-confluent.ts';
import { useCommand } from '../support/command.ts';

const from = 'orders.packing.dead-letter';

/** Hides packages: what Node says of one that no folder above has. */
function without(...packages: readonly string[]): { NODE_OPTIONS: string } {
  const absent = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (!${JSON.stringify(packages)}.includes(name)) return next(name, context);
      throw Object.assign(new Error("Cannot find package '" + name + "' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(absent)}` };
}

function listingAsAlice(client: string, { brokers }: EmbeddedKafka): readonly string[] {
  const args = `dead-letters --client ${client} --from ${from} --brokers ${brokers.join(',')} --sasl scram-sha-256 --username alice`;
  return args.split(' ');
}

describe('the client of tracelink-kafka', function () {
  // Each row starts processes, which a busy machine takes its time for.
  this.timeout(120_000);
  let kafka: EmbeddedKafka;
  const { startWith, ended } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 2, [from]: 1 } });
    for (const key of ['1', '2'])
      kafka
        .topic(from)
        .append(0, [{ key, value: 'v', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.ORIGINAL_PARTITION]: '1' } }]);
  });
  afterEach(() => kafka.stop());

  const installed = [
    { whose: 'Platformatic', name: 'platformatic', others: ['kafkajs'] },
    { whose: 'Confluent', name: 'confluent', others: ['kafkajs', '@platformatic/kafka'] },
  ].filter(({ name }) => name !== 'confluent' || library !== undefined);

  for (const { whose, name, others } of installed) {
    it(`is ${whose}’s where ${others.join(' and ')} is not installed, and lists, looks and replays by it`, async () => {
      const by = async (...args: string[]): Promise<readonly [number | null, string]> => {
        const { code, out } = await ended(startWith(without(...others), ...args));
        return [code, out];
      };
      const [listed, lines] = await by('dead-letters', '--from', from);
      expect([listed, lines.match(/^0\/[01] .* orders key [12], /gm)?.length]).to.deep.equal([0, 2]);
      expect((await by('doctor', '--topic', from))[1]).to.match(/2 records of 1 topic read/);
      const [code, out] = await by('replay', '--from', from);
      expect([code, out]).to.deep.equal([0, out.match(/^sent 2 to orders\nreplayed 2, .*\n$/)?.[0]]);
      expect(kafka.topic('orders').records(1)).to.have.length(2);
    });

    it(`is given a password where brokers ask for one, where it is ${whose}’s`, async () => {
      await using secret = await EmbeddedKafka.start({ topics: { [from]: 1 }, sasl: { users: { alice: 'secret' } } });
      expect((await ended(startWith({ KAFKA_PASSWORD: 'secret' }, ...listingAsAlice(name, secret)))).code).to.equal(0);
    });

    it(`says what is wrong with a password, where it is ${whose}’s`, async () => {
      await using secret = await EmbeddedKafka.start({ topics: { [from]: 1 }, sasl: { users: { alice: 'secret' } } });
      const refused = await ended(startWith({ KAFKA_PASSWORD: 'wrong' }, ...listingAsAlice(name, secret)));
      expect(refused.err.replace(/^(waiting .*\n)+/, '')).to.match(/^tracelink-kafka: SASL_AUTHENTICATION_FAILED/);
      expect(refused.code).to.equal(1);
    });
  }

  it('is the one that an option names; what is not there is said with what to install', async () => {
    const named = await ended(startWith(without('@platformatic/kafka'), 'dead-letters', '--client', 'platformatic'));
    expect([named.code, named.err]).to.deep.equal([
      1,
      'tracelink-kafka: it needs a client of Kafka beside it, and does not find one: npm install @platformatic/kafka\n',
    ]);
    const none = await ended(startWith(without('kafkajs', '@platformatic/kafka', '@confluentinc/kafka-javascript'), 'dead-letters'));
    expect([none.code, none.err]).to.deep.equal([
      1,
      'tracelink-kafka: it needs a client of Kafka beside it, and does not find one: npm install kafkajs, or @platformatic/kafka, or @confluentinc/kafka-javascript\n',
    ]);
  });
});
