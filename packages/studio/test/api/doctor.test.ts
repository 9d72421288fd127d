import { once } from 'node:events';
import { startStudio, type Diagnosis, type DiagnosisRequest, type DoctorProvider, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const headers = { 'x-tracelink-studio': '1', 'content-type': 'application/json' };
const finding = {
  rule: 'no-context',
  title: 'Records have no trace headers',
  records: 2,
  of: 2,
  share: 1,
  effect: 'The trace ends',
  fix: 'Wrap the producer',
  causes: undefined,
  docs: 'https://docs.example/headers.md',
  examples: [{ partition: 0, offset: '7', seen: 'nothing', value: undefined, key: new Uint8Array([0, 1]) }],
};
const topic = { topic: 'orders', records: 2, withContext: 0, unreadPartitions: 0, senders: {}, formats: {}, findings: [finding] };
const found: Diagnosis = { healthy: false, partial: false, records: 2, topics: [topic, { ...topic, topic: 'payments', findings: [] }] };

/** A studio whose doctor notes what it is asked. */
async function examined(answer: DoctorProvider['diagnose'] = () => Promise.resolve(found), onLine: (line: string) => unknown = () => {}) {
  const asked: DiagnosisRequest[] = [];
  const lines: string[] = [];
  const doctor: DoctorProvider = {
    diagnose: (request, run) => {
      asked.push(request);
      return answer(request, run);
    },
  };
  const studio = await startStudio({ port: 0, doctor, log: (line) => (lines.push(line), onLine(line)) });
  return { studio, asked, lines, [Symbol.asyncDispose]: () => studio.stop() };
}

function post(studio: Studio, body: unknown, own: Record<string, string> = headers): Promise<RawAnswer> {
  return rawRequest(studio, '/api/doctor', { method: 'POST', headers: own, body: JSON.stringify(body) });
}

describe('a diagnosis', () => {
  it('is made when it is asked for, named in the log, and told until the next one', async () => {
    await using run = await examined();
    expect(await get(run.studio, '/api/providers')).to.deep.equal({ deadLetters: false, replay: false, doctor: true });
    expect(await get(run.studio, '/api/doctor')).to.deep.equal({ last: null });
    const answer = await post(run.studio, { topics: ['orders', 'payments'], last: 5, compare: true });
    const { result } = JSON.parse(answer.body) as { result: { madeAt: number; diagnosis: Diagnosis } };
    expect(result.diagnosis).to.have.nested.property('topics[0].findings[0].examples[0].key', '0x0001');
    expect(await get(run.studio, '/api/doctor')).to.deep.equal({ last: result });
    expect(run.asked).to.deep.equal([{ topics: ['orders', 'payments'], last: 5, studioUrl: run.studio.url }]);
    expect(run.lines).to.deep.equal([
      'diagnosis of orders, payments by 127.0.0.1: started',
      'diagnosis of orders, payments by 127.0.0.1: 2 records of 2 topics read, 1 topics with findings',
    ]);
    await post(run.studio, { compare: false });
    expect(run.asked[1]).to.deep.equal({});
    expect(run.lines[2]).to.equal('diagnosis of all topics by 127.0.0.1: started');
  });

  it('leaves the last one there when it fails', async () => {
    let runs = 0;
    await using run = await examined(() => (++runs === 1 ? Promise.resolve(found) : Promise.reject(new Error('The broker is away'))));
    await post(run.studio, {});
    const before = await get(run.studio, '/api/doctor');
    expect(JSON.parse((await post(run.studio, {})).body)).to.deep.equal({ error: 'The broker is away' });
    expect(await get(run.studio, '/api/doctor')).to.deep.equal(before);
    expect(run.lines[3]).to.equal('diagnosis of all topics by 127.0.0.1: failed: "The broker is away"');
  });

  it('leaves the last one there when the page has gone before its end, whatever the doctor has found until then', async () => {
    const [started, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const cutOff: Diagnosis = {
      healthy: false,
      partial: true,
      records: 0,
      topics: [{ ...topic, records: 0, unreadPartitions: 1, findings: [] }],
    };
    let [runs, ended] = [0, 0];
    await using run = await examined(
      async (_, { signal }) => {
        if (++runs === 1) return found;
        started.resolve();
        await once(signal, 'abort');
        return cutOff;
      },
      (line) => !line.endsWith(': started') && ++ended === 2 && told.resolve(),
    );
    await post(run.studio, {});
    const before = await get(run.studio, '/api/doctor');
    const page = new AbortController();
    const going = fetch(`${run.studio.url}/api/doctor`, { method: 'POST', headers, body: '{}', signal: page.signal }).then((response) =>
      response.text(),
    );
    await started.promise;
    page.abort();
    await going.catch(() => {});
    await told.promise;
    expect(await get(run.studio, '/api/doctor')).to.deep.equal(before);
    expect(run.lines.at(-1)).to.equal('diagnosis of all topics by 127.0.0.1: failed: "The page has gone."');
  });

  it('says in the log and in its answer that it was ended before its end, and that topics were not read to theirs', async () => {
    const topics = [topic, { ...topic, topic: 'payments', unreadPartitions: 2, findings: [] }];
    await using run = await examined(() => Promise.resolve({ ...found, partial: true, topics }));
    await post(run.studio, {});
    expect(await get(run.studio, '/api/doctor')).to.have.nested.property('last.diagnosis.partial', true);
    expect(run.lines[1]).to.equal(
      'diagnosis of all topics by 127.0.0.1: 2 records of 2 topics read before it was ended, 1 topics with findings, 1 not read to the end',
    );
  });

  it('is refused to others than the page, and where it makes no sense', async () => {
    await using run = await examined();
    const { studio } = run;
    for (const own of [
      { 'content-type': 'application/json' },
      { ...headers, origin: 'http://evil.example' },
      { ...headers, host: 'evil.example' },
      { ...headers, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    ])
      expect((await post(studio, {}, own)).status, JSON.stringify(own)).to.equal(403);
    for (const body of [
      { topics: [] },
      { topics: 'orders' },
      { topics: ['a b'] },
      { last: 0 },
      { last: 1e9 },
      { compare: 1 },
      { group: 'g' },
    ])
      expect((await post(studio, body)).status, JSON.stringify(body)).to.equal(400);
    expect([run.asked, run.lines]).to.deep.equal([[], []]);
  });

  it('runs alone', async () => {
    const { promise, resolve } = Promise.withResolvers<Diagnosis>();
    const started = Promise.withResolvers<void>();
    await using run = await examined(() => {
      started.resolve();
      return promise;
    });
    const first = post(run.studio, {});
    await started.promise;
    expect((await post(run.studio, {})).status).to.equal(409);
    resolve(found);
    expect((await first).status).to.equal(200);
  });
});
