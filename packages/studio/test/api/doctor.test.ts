import { startStudio, type Diagnosis, type DiagnosisRequest, type DoctorProvider, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const page = { 'x-tracelink-studio': '1', 'content-type': 'application/json' };
const finding = {
  rule: 'no-context',
  title: 'Records have no trace headers',
  records: 2,
  share: 1,
  effect: 'The trace ends',
  fix: 'Wrap the producer',
  causes: undefined,
  docs: 'https://docs.example/headers.md',
  examples: [{ partition: 0, offset: '7', seen: 'nothing', value: undefined, key: new Uint8Array([0, 1]) }],
};
const topic = { topic: 'orders', records: 2, withContext: 0, unreadPartitions: 0, senders: {}, formats: {}, findings: [finding] };
const found: Diagnosis = { healthy: false, records: 2, topics: [topic, { ...topic, topic: 'payments', findings: [] }] };

/** A studio whose doctor notes what it is asked. */
async function examined(answer: DoctorProvider['diagnose'] = () => Promise.resolve(found)) {
  const asked: DiagnosisRequest[] = [];
  const lines: string[] = [];
  const doctor: DoctorProvider = {
    diagnose: (request, run) => {
      asked.push(request);
      return answer(request, run);
    },
  };
  const studio = await startStudio({ port: 0, doctor, log: (line) => lines.push(line) });
  return { studio, asked, lines, [Symbol.asyncDispose]: () => studio.stop() };
}

function post(studio: Studio, body: unknown, headers: Record<string, string> = page): Promise<RawAnswer> {
  return rawRequest(studio, '/api/doctor', { method: 'POST', headers, body: JSON.stringify(body) });
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

  it('is refused to others than the page, and where it makes no sense', async () => {
    await using run = await examined();
    const { studio } = run;
    for (const headers of [
      { 'content-type': 'application/json' },
      { ...page, origin: 'http://evil.example' },
      { ...page, host: 'evil.example' },
      { ...page, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    ])
      expect((await post(studio, {}, headers)).status, JSON.stringify(headers)).to.equal(403);
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
