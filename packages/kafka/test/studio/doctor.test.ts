import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startStudio, type Diagnosis, type DiagnosisRequest } from '@tracelink/studio';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { docsAddress } from '../../src/studio/doctor.ts';
import { studioProviders } from '../../src/studio/index.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('the doctor of the studio', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, payments: 1 } });
    // Older than half a minute: a back end has had the time to get its trace.
    kafka.topic('orders').append(0, [{ key: 'tea', value: 'v', headers: { traceparent }, timestamp: Date.now() - 60_000 }]);
    kafka
      .topic('payments')
      .append(0, [{ key: Buffer.from([7]), value: 'v', headers: { TraceParent: `"${traceparent}"` } }, { value: 'v' }]);
  });
  afterEach(() => kafka.stop());

  function diagnose(request: DiagnosisRequest = {}, told: string[] = [], signal = new AbortController().signal): Promise<Diagnosis> {
    const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    return studioProviders(client).doctor.diagnose(request, {
      signal,
      progress: (words) => told.push(words),
    });
  }

  it('says what is wrong, what it does, the fix and where the docs are', async () => {
    const told: string[] = [];
    const { healthy, partial, records, topics } = await diagnose({}, told);
    expect([healthy, partial, records, topics.map(({ topic }) => topic)]).to.deep.equal([false, false, 3, ['orders', 'payments']]);
    expect(topics[0]).to.deep.equal({
      topic: 'orders',
      records: 1,
      withContext: 1,
      unreadPartitions: 0,
      senders: { 'W3C (OpenTelemetry, Micrometer)': 1 },
      formats: { w3c: 1 },
      findings: [],
    });
    const findings = topics[1]?.findings ?? [];
    expect(findings).to.not.deep.equal([]);
    for (const { title, effect, fix, docs, share, examples } of findings) {
      expect([title, effect, fix].every((text) => text.length > 0)).to.equal(true);
      expect(docs).to.match(/^https:\/\/github\.com\/tracelink\/.*\.md/);
      expect(share).to.be.within(0, 1);
      expect(examples[0]).to.include.keys('partition', 'offset', 'seen', 'value', 'key');
    }
    expect(told.at(-1)).to.match(/^3 records read, now of (orders|payments)$/);
    expect(docsAddress.endsWith('/')).to.equal(true);
  });

  it('looks at the topics that it is told, and at their last records', async () => {
    expect((await diagnose({ topics: ['payments'], last: 1 })).topics.map(({ records }) => records)).to.deep.equal([1]);
    const error: unknown = await diagnose({ topics: ['gone'] }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'topic_missing' });
  });

  it('calls partial what it has read when it is stopped', async () => {
    // More than a fetch takes.
    for (const value of ['a', 'b', 'c']) kafka.topic('orders').append(0, [{ value: value.repeat(700_000) }]);
    kafka.fault({ api: 'Fetch', skip: 1, times: Number.POSITIVE_INFINITY }, { delayMs: 60_000 });
    const control = new AbortController();
    const looking = diagnose({ topics: ['orders'] }, [], control.signal);
    let fetches = 0;
    await kafka.waitForRequest('Fetch', () => ++fetches === 2);
    control.abort();
    const { healthy, partial, topics } = await looking;
    expect([healthy, partial, topics[0]?.unreadPartitions]).to.deep.equal([false, true, 1]);
  });

  it('looks for the traces in the studio where it is told to', async () => {
    await using studio = await startStudio({ port: 0 });
    const { topics } = await diagnose({ topics: ['orders'], studioUrl: studio.url });
    expect(topics[0]?.findings.map(({ records }) => records)).to.deep.equal([1]);
  });
});
