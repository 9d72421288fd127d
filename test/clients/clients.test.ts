import { randomUUID } from 'node:crypto';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaUnderTest } from '@tracelink/testing';
import { expectAdmin } from './expected/admin.ts';
import { expectMembers, expectStatics } from './expected/groups.ts';
import { expectMessages } from './expected/messages.ts';
import { expectTransactions } from './expected/transactions.ts';
import type { Client, Command, Scenario } from './support/client.ts';
import { eventsOfProgram } from './support/events-of-program.ts';
import type { Event } from './support/events.ts';
import { confluent } from './support/confluent.ts';
import { createTopics } from './support/create-topics.ts';
import { franzGo } from './support/franz-go.ts';
import { java } from './support/java.ts';
import { kcat } from './support/kcat.ts';
import { confluentKafka, kafkaPython } from './support/python.ts';
import { skipped } from './support/skipped.ts';

interface Brokers extends AsyncDisposable {
  readonly brokers: string[];
}

type Expectation = (events: readonly Event[], client: Client, name: string, bootstrap: string) => void | Promise<void>;

const expectations: Readonly<Record<Scenario, Expectation>> = {
  messages: expectMessages,
  members: expectMembers,
  statics: expectStatics,
  transactions: expectTransactions,
  admin: expectAdmin,
};

const under: Readonly<Record<string, () => Promise<Brokers>>> = {
  'the broker under test': kafkaUnderTest,
  'three brokers': () => EmbeddedKafka.start({ brokers: 3, autoCreateTopics: false }),
};

// A test that is not there cannot be taken for one that passed: only clients that can be had get tests, the others a line.
const installed: { client: Client; command: Command }[] = [];
for (const client of [confluentKafka, kafkaPython, kcat, java, franzGo, confluent]) {
  try {
    installed.push({ client, command: await client.install() });
  } catch (error) {
    skipped(client.name, error);
  }
}

describe('clients of Kafka', () => {
  for (const [where, start] of Object.entries(under)) {
    describe(`on ${where}`, () => {
      let kafka: Brokers;
      before('find the brokers', async () => {
        kafka = await start();
      });
      after('stop what was started', () => kafka[Symbol.asyncDispose]());

      for (const { client, command } of installed) {
        for (const scenario of client.scenarios) {
          it(`${client.name} sees what it should: ${scenario}`, async () => {
            const name = `${scenario}-${randomUUID()}`;
            const bootstrap = kafka.brokers.join(',');
            await createTopics(kafka.brokers, client.topics?.(scenario, name) ?? {});
            const events = await eventsOfProgram({ ...command, args: [...command.args, bootstrap, scenario, name] });
            await expectations[scenario](events, client, name, kafka.brokers[0] ?? '');
          });
        }
      }
    });
  }
});
