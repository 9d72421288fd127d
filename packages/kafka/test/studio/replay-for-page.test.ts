import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import type { ReplayReport, ReplayRequest } from '@tracelink/studio';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { studioProviders } from '../../src/studio/index.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';

const from = 'orders.packing.dead-letter';

function failed(key: string, errorClass: string, trace: string, topic = 'orders') {
  const headers = {
    [DeliveryHeader.ORIGINAL_TOPIC]: topic,
    [DeliveryHeader.ERROR_CLASS]: errorClass,
    [DeliveryHeader.FAILED_ATTEMPT]: `00-${trace.repeat(32)}-${'d'.repeat(16)}-01`,
  };
  return { key, value: 'v', headers };
}

describe('a replay from the page of the studio', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, [from]: 1 } });
    kafka
      .topic(from)
      .append(0, [
        failed('1', 'TimeoutError', 'a'),
        failed('2', 'TypeError', 'a'),
        failed('3', 'TimeoutError', 'b'),
        failed('4', 'TypeError', 'b', 'gone'),
      ]);
  });
  afterEach(() => kafka.stop());

  function replay(request: Omit<ReplayRequest, 'topic'>, told: string[] = [], allowReplay = true): Promise<ReplayReport> {
    const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } });
    const run = { signal: new AbortController().signal, progress: (words: string) => told.push(words) };
    return studioProviders(client, { allowReplay }).deadLetters.replay({ topic: from, ...request }, run);
  }

  const keys = (): string[] =>
    kafka
      .topic('orders')
      .records(0)
      .map(({ key }) => String(key));

  it('says in a dry run what would be sent where and what could not be, and sends nothing', async () => {
    const told: string[] = [];
    const report = await replay({ dryRun: true }, told, false);
    expect(report.counts).to.deep.equal({
      replayed: 3,
      'not selected': 0,
      'replayed before': 0,
      'replayed too often': 0,
      'without a place to go': 1,
      'refused by the broker': 0,
    });
    expect(report).to.deep.include({ dryRun: true, ended: 'at the end', traceId: undefined });
    expect(report.sent[0]).to.deep.equal({
      partition: 0,
      offset: '0',
      to: 'orders',
      errorClass: 'TimeoutError',
      traceId: 'a'.repeat(32),
    });
    expect(report.problems.map(({ offset, reason }) => `${offset}: ${reason}`)).to.have.length(1);
    expect(report.problems[0]?.reason).to.include('"gone", does not exist');
    expect(told.at(-1)).to.equal('4 read, 3 to send');
    expect(keys()).to.deep.equal([]);
  });

  it('sends what has the error, or is of the trace, and leaves the rest for another one', async () => {
    expect((await replay({ dryRun: false, errorClass: 'TimeoutError' })).counts).to.include({ replayed: 2, 'not selected': 2 });
    expect(keys()).to.deep.equal(['1', '3']);
    // Once more: what was sent is remembered.
    expect((await replay({ dryRun: false, errorClass: 'TimeoutError' })).counts).to.include({ replayed: 0 });
    expect((await replay({ dryRun: false, traceId: 'a'.repeat(32), errorClass: 'TypeError' })).counts).to.include({ replayed: 1 });
    expect(keys()).to.deep.equal(['1', '3', '2']);
  });

  it('sends one record by its place, once', async () => {
    const record = { partition: 0, offset: '1' };
    const first = await replay({ dryRun: false, record });
    expect([first.counts['replayed'], first.sent.length]).to.deep.equal([1, 1]);
    expect((await replay({ dryRun: false, record })).counts).to.include({ replayed: 0, 'replayed before': 1 });
    expect((await replay({ dryRun: false, errorClass: 'TypeError' })).counts).to.include({ replayed: 0, 'replayed before': 1 });
    expect(keys()).to.deep.equal(['2']);
  });

  it('sends nothing without allowReplay', async () => {
    const error: unknown = await replay({ dryRun: false }, [], false).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'invalid_option' });
    expect(keys()).to.deep.equal([]);
  });
});
