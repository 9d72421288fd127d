import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type { ClientAnswer, ClientQuestion, ClientTask } from '../clients/clients-child.ts';
import { caseNames } from '../clients/cases.ts';
import { turnsOf } from '../clients/rounds.ts';
import { MeasuringProcess } from '../measure/measuring-process.ts';

describe('a measured client', () => {
  // What is timed must be what the table says it is: the process itself fails where its spans are not those of its way.
  const processes = [
    ['kafkajs', 'bare'],
    ['kafkajs', 'peer'],
    ['platformatic', 'traced'],
    ['platformatic', 'subscribe'],
  ] as const;
  for (const [client, way] of processes)
    it(`answers for each case: ${client}, ${way}`, async () => {
      await using kafka = await EmbeddedKafka.start({ topics: { from: 1, to: 1 } });
      kafka.topic('from').append(
        0,
        Array.from({ length: 30 }, (_, index) => ({ key: String(index), value: 'v' })),
      );
      const task: ClientTask = { client, way, brokers: kafka.brokers, from: 'from' };
      await using child = new MeasuringProcess<ClientQuestion, ClientAnswer>(
        'clients/clients-child.ts',
        task,
        new AbortController().signal,
        ['--conditions=@tracelink/source'],
      );
      for (const turn of turnsOf(0, [client], caseNames, [way])) {
        const { cost } = await child.ask({ case: turn.case, to: 'to', sendMs: 1, messages: 30 });
        expect(cost?.cpu, turn.case).to.be.greaterThan(0);
        expect(cost?.rate, turn.case).to.be.greaterThan(0);
      }
    });

  it('is no longer waited for when its process has ended', async () => {
    const task: ClientTask = { client: 'kafkajs', way: 'bare', brokers: [], from: 'from' };
    const end = new AbortController();
    await using child = new MeasuringProcess<ClientQuestion, ClientAnswer>('clients/clients-child.ts', task, end.signal);
    const asked = child.ask({ case: 'send-1', to: 'to', sendMs: 1, messages: 30 }).catch(String);
    end.abort();
    expect(await asked).to.match(/ended, and did not answer/);
  });
});
