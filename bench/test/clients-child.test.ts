import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type { ClientAnswer, ClientTask } from '../clients/clients-child.ts';
import { casesOf, caseNames } from '../clients/cases.ts';
import { runChild } from '../measure/run-child.ts';

describe('a measured client', () => {
  // What is timed must be what the table says it is: the process itself fails where its spans are not those of its way.
  const turns = [
    ['kafkajs', 'bare'],
    ['platformatic', 'traced'],
    ['platformatic', 'subscribe'],
  ] as const;
  for (const [client, way] of turns)
    it(`answers for each case: ${client}, ${way}`, async () => {
      await using kafka = await EmbeddedKafka.start({ topics: { from: 1, to: 1 } });
      kafka.topic('from').append(
        0,
        Array.from({ length: 30 }, (_, index) => ({ key: String(index), value: 'v' })),
      );
      const cases = casesOf(way, caseNames);
      const task: ClientTask = {
        client,
        way,
        cases,
        brokers: kafka.brokers,
        from: 'from',
        messages: { consume: 30, forward: 30 },
        to: 'to',
        sendMs: { warmUp: 1, sample: 1 },
      };
      const answer = await runChild<ClientAnswer>('clients/clients-child.ts', task, ['--conditions=@tracelink/source']);
      expect(answer).to.have.all.keys(...cases);
      for (const cost of Object.values(answer)) for (const value of Object.values(cost)) expect(value).to.be.greaterThan(0);
    });
});
