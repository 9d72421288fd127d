import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { replay } from '../../src/replay/replay.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { replayOn } from '../support/broker/replaying.ts';

describe('a replay under faults', () => {
  let broker: EmbeddedKafka;
  beforeEach(async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 2 } });
  });
  afterEach(() => broker.stop());

  const again = (options?: Partial<ReplayOptions>): Promise<ReplayReport> => replayOn(broker.brokers, { from: 'dead', ...options });
  function fill(count: number): void {
    for (let number = 0; number < count; number++)
      broker.topic('dead').append(number % 2, [{ value: String(number), headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } }]);
  }
  const sent = (): string[] =>
    broker
      .topic('orders')
      .records(0)
      .map(({ value }) => String(value));

  it('ends with an error when the broker is away, and continues where it was when the broker is back', async () => {
    fill(40);
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10, retries: 2 } });
    let count = 0;
    const cut = await replay(kafka, {
      from: 'dead',
      onRecord: () => {
        if (++count === 10) void broker.broker(1).stop();
      },
    }).catch((error: unknown) => error);
    expect(cut).to.be.instanceOf(Error);
    await broker.broker(1).start();
    // The session of the interrupted replay.
    broker.clock.advance(30_000);
    await broker.group('dead.replay').reaches('Empty');
    await again();
    expect(new Set(sent()).size).to.equal(40);
    expect(sent()).to.have.lengthOf.within(40, 41);
  });

  it('sends nothing twice when the broker rejects commits for a while', async () => {
    fill(10);
    broker.fault({ api: 'OffsetCommit', skip: 2, times: 3 }, { error: 'NOT_COORDINATOR' });
    expect(await again()).to.include({ replayed: 10 });
    expect([new Set(sent()).size, sent().length]).to.deep.equal([10, 10]);
    broker.assertNoPendingFaults();
  });

  it('sends nothing twice when its membership expires in the middle', async () => {
    fill(20);
    let count = 0;
    const onRecord = (): void => {
      const [member] = broker.group('dead.replay').describe().members;
      if (++count === 5) broker.group('dead.replay').expireMember(member?.memberId ?? '');
    };
    expect(await again({ onRecord })).to.include({ replayed: 20, ended: 'at the end' });
    expect([new Set(sent()).size, sent().length]).to.deep.equal([20, 20]);
  });

  it('ends within two seconds of its abort when the broker does not answer', async () => {
    fill(10);
    const control = new AbortController();
    broker.fault({ api: 'Produce' }, { silence: true });
    void broker.waitForRequest('Produce').then(() => {
      broker.broker(1).pause();
      control.abort();
    });
    const startedAt = performance.now();
    expect(await again({ signal: control.signal })).to.include({ replayed: 0, ended: 'aborted' });
    expect(performance.now() - startedAt).to.be.below(4_000);
    broker.broker(1).resume();
  });

  it('says when more records could not be sent than a commit has room for, and tries the newest again', async function () {
    this.timeout(60_000);
    const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' };
    // No two beside each other: each has a place of its own in the commit.
    for (let number = 0; number < 400; number++)
      broker.topic('dead').append(0, [
        { value: 'lost', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'gone' } },
        { value: String(number), headers },
      ]);
    const first = await again();
    expect(first).to.include({ replayed: 400, unroutable: 400 });
    expect(first.notes.filter((note) => note.startsWith('More records of partition 0 could not be sent'))).to.have.length(1);
    const second = await again({ to: 'orders' });
    expect(second.unroutable).to.equal(0);
    expect(second.replayed).to.be.within(300, 399);
    expect(second.records.at(-1)).to.include({ outcome: 'replayed', offset: '798' });
  });
});
