import type { DeadLetterSummary } from '@tracelink/studio';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { studioProviders } from '../../src/studio/index.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { deadLetterRecord, failedTraceId } from '../support/records/dead-letter-record.ts';

describe('the providers of the studio, on the broker of the run', () => {
  const kafka = useKafka();
  const { signal } = new AbortController();

  it('read a topic, show a record, say what is wrong with it, and send it again', async () => {
    const topic = await kafka.createTopic();
    const from = await kafka.createTopic(2);
    const producer = await kafka.producer();
    const record = deadLetterRecord(topic, { [DeliveryHeader.ERROR_CLASS]: 'TypeError', note: ['first', 'last'] });
    const messages = [
      { partition: 1, ...record },
      { partition: 0, ...deadLetterRecord(topic, { [DeliveryHeader.ERROR_CLASS]: 'TimeoutError' }) },
    ];
    await producer.send({ topic: from, messages });
    const client = new Kafka({ brokers: kafka.brokers(), logLevel: logLevel.NOTHING });
    const { deadLetters, doctor } = studioProviders(client, { allowReplay: true });

    const found: DeadLetterSummary[] = [];
    const extent = await deadLetters.read(from, { most: 10, signal, found: (one) => found.push(one) });
    expect(extent).to.deep.equal({ records: 2, unreadPartitions: 0 });
    expect(found.map(({ errorClass }) => errorClass)).to.have.members(['TypeError', 'TimeoutError']);

    const shown = await deadLetters.record({ topic: from, partition: 1, offset: '0' }, signal);
    expect(shown).to.deep.include({ originalTopic: topic, traceId: failedTraceId, value: Buffer.from('v') });
    expect(shown.headers.filter(([name]) => name === 'note')).to.deep.equal([
      ['note', Buffer.from('first')],
      ['note', Buffer.from('last')],
    ]);

    const run = { signal, progress: () => {} };
    const { records, topics } = await doctor.diagnose({ topics: [from] }, run);
    expect([records, topics[0]?.findings.length]).to.not.include(0);

    expect((await deadLetters.replay({ topic: from, dryRun: true, errorClass: 'TypeError' }, run)).sent).to.have.length(1);
    const report = await deadLetters.replay({ topic: from, dryRun: false, errorClass: 'TypeError' }, run);
    expect(report.counts).to.include({ replayed: 1, 'not selected': 1 });
    expect((await kafka.read(topic, 1)).map(({ value }) => String(value))).to.deep.equal(['v']);
  });
});
