import { once } from 'node:events';
import { startStudio, type DeadLetterExtent, type DeadLetterReading } from '@tracelink/studio';
import { expect } from 'chai';
import { deadLetter, lettersOf } from '../support/dead-letters.ts';
import { get } from '../support/post.ts';
import { rawRequest } from '../support/raw-request.ts';

const [late, wrong] = [
  { errorClass: 'TimeoutError', traceId: 'a'.repeat(32) },
  { errorClass: 'TypeError', traceId: 'b'.repeat(32) },
];
const records = [
  deadLetter({ ...late, offset: '9', timestamp: 1_000, key: Buffer.from('tea'), errorMessage: 'Late' }),
  deadLetter({ ...wrong, offset: '10', timestamp: 1_000, key: Buffer.from([0, 7]), errorMessage: 'Not a number', originalTopic: 'orders' }),
  deadLetter({ ...late, partition: 1, timestamp: 3_000, errorMessage: 'Later', originalTopic: 'orders' }),
  deadLetter({ offset: '11', timestamp: undefined, originTraceId: 'c'.repeat(32) }),
];

interface Listing {
  readonly matching: number;
  readonly listed: readonly { readonly partition: number; readonly offset: string; readonly key: string | null }[];
}

describe('the dead letters', () => {
  it('are told of only where the studio has a provider', async () => {
    await using bare = await startStudio({ port: 0 });
    expect(await get(bare, '/api/providers')).to.deep.equal({ deadLetters: false, replay: false, doctor: false });
    expect((await rawRequest(bare, '/api/dead-letters')).status).to.equal(404);
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf([], { canReplay: true, topics: () => Promise.resolve([]) }) });
    expect(await get(studio, '/api/providers')).to.deep.equal({ deadLetters: true, replay: true, doctor: false });
    expect(await get(studio, '/api/dead-letters')).to.deep.equal({ topics: [] });
  });

  it('are listed with the newest first, and selected by error, trace and text', async () => {
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf(records) });
    const places = async (query: string): Promise<string[]> =>
      (await get<Listing>(studio, `/api/dead-letters/orders-dlt?${query}`)).listed.map(({ partition, offset }) => `${partition}/${offset}`);
    expect(await places('')).to.deep.equal(['1/0', '0/10', '0/9', '0/11']);
    expect(await places('limit=1')).to.deep.equal(['1/0']);
    expect(await places('errorClass=TimeoutError')).to.deep.equal(['1/0', '0/9']);
    expect(await places(`errorClass=TimeoutError&traceId=${'b'.repeat(32)}`)).to.deep.equal([]);
    expect(await places(`traceId=${'c'.repeat(32)}`)).to.deep.equal(['0/11']);
    expect(await places(`traceId=${'C'.repeat(32)}`)).to.deep.equal(['0/11']);
    expect(await places('search=LATER')).to.deep.equal(['1/0']);
    expect(await places('search=0x0007')).to.deep.equal(['0/10']);
    const listing = await get<Listing>(studio, '/api/dead-letters/orders-dlt?search=tea');
    expect(listing).to.deep.include({ topic: 'orders-dlt', records: 4, unreadPartitions: 0, held: 4, matching: 1 });
    expect(listing.listed[0]?.key).to.equal('tea');
  });

  it('are grouped by error and by trace', async () => {
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf(records) });
    const groups = async (query: string): Promise<unknown> =>
      (await get<{ groups: unknown }>(studio, `/api/dead-letters/t?${query}`)).groups;
    expect(await groups('by=errorClass&search=orders')).to.deep.equal([]);
    expect(await groups('by=errorClass')).to.deep.equal([
      { name: 'TimeoutError', records: 2, newest: 3_000, oldest: 1_000, errorMessage: 'Later', originalTopics: ['orders'] },
      { name: 'TypeError', records: 1, newest: 1_000, oldest: 1_000, errorMessage: 'Not a number', originalTopics: ['orders'] },
      { records: 1, originalTopics: [] },
    ]);
    const ofTraces = await get<object>(studio, '/api/dead-letters/t?by=traceId&limit=1');
    expect(ofTraces).to.deep.include({ matching: 4, groupCount: 3 });
    expect(ofTraces).to.have.nested.property('groups[0].name', 'a'.repeat(32));
  });

  it('are read once, and again when it is asked for', async () => {
    let readings = 0;
    const read = (_topic: string, { found }: DeadLetterReading): Promise<DeadLetterExtent> => {
      readings += 1;
      found(deadLetter({ offset: String(readings) }));
      return Promise.resolve({ records: 1, unreadPartitions: 1 });
    };
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf([], { read }) });
    const offset = async (query: string): Promise<unknown> =>
      (await get<Listing>(studio, `/api/dead-letters/t?${query}`)).listed[0]?.offset;
    expect(await offset('')).to.equal('1');
    expect(await offset('search=')).to.equal('1');
    expect(await offset('fresh=true')).to.equal('2');
    expect(await offset('')).to.equal('2');
    // Of the topics that were looked at last two are held.
    await get(studio, '/api/dead-letters/u');
    expect(await offset('')).to.equal('2');
    await get(studio, '/api/dead-letters/v');
    await get(studio, '/api/dead-letters/w');
    expect(await offset('')).to.equal('6');
  });

  it('are no longer read when the page has gone, and are for who asks then', async () => {
    const readings: AbortSignal[] = [];
    let started = Promise.withResolvers<void>();
    const read = (_topic: string, { signal }: DeadLetterReading): Promise<DeadLetterExtent> => {
      readings.push(signal);
      started.resolve();
      if (readings.length > 1) return Promise.resolve({ records: 0, unreadPartitions: 0 });
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    };
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf([], { read }) });
    const page = new AbortController();
    const asked = fetch(`${studio.url}/api/dead-letters/t`, { signal: page.signal }).catch(() => {});
    await started.promise;
    started = Promise.withResolvers();
    const ended = new Promise((resolve) => readings[0]?.addEventListener('abort', resolve));
    page.abort();
    await Promise.all([asked, ended]);
    expect(await get(studio, '/api/dead-letters/t')).to.deep.include({ records: 0, matching: 0 });
    expect(readings).to.have.length(2);
  });

  for (const [when, newer, last] of [
    ['while they are read again', false, 1],
    ['while they are read again, and another has read them since', true, 3],
  ] as const) {
    it(`stay as they were read when the page goes ${when}`, async () => {
      let readings = 0;
      const again = Promise.withResolvers<AbortSignal>();
      const { promise: failing, reject } = Promise.withResolvers<never>();
      const read = (_topic: string, { signal }: DeadLetterReading): Promise<DeadLetterExtent> => {
        readings += 1;
        if (readings === 2) again.resolve(signal);
        return readings === 2 ? failing : Promise.resolve({ records: readings, unreadPartitions: 0 });
      };
      await using studio = await startStudio({ port: 0, deadLetters: lettersOf([], { read }) });
      await get(studio, '/api/dead-letters/t');
      const page = new AbortController();
      const asked = fetch(`${studio.url}/api/dead-letters/t?fresh=true`, { signal: page.signal }).catch(() => {});
      const signal = await again.promise;
      const ended = once(signal, 'abort');
      page.abort();
      await Promise.all([asked, ended]);
      if (newer) await get(studio, '/api/dead-letters/t?fresh=true');
      reject(new Error('aborted'));
      expect(await get(studio, '/api/dead-letters/t')).to.deep.include({ records: last });
      expect(readings).to.equal(newer ? 3 : 2);
    });
  }

  it('are shown with the first of large bytes, and with their size', async () => {
    const value = Buffer.alloc(1_000_000, 'v');
    const headers = Array.from({ length: 600 }, (_, index) => [`h${index}`, index === 0 ? Buffer.alloc(20_000, 'h') : null] as const);
    const record = deadLetter({ value, key: Buffer.from('k'), headers });
    const asked: unknown[] = [];
    const deadLetters = lettersOf([], {
      record: (address) => {
        asked.push(address);
        return Promise.resolve(record);
      },
    });
    await using studio = await startStudio({ port: 0, deadLetters });
    const shown = await get<{ headers: unknown[]; value: { size: number; base64: string } }>(studio, '/api/dead-letters/a.b_c-d/3/77');
    expect(asked).to.deep.equal([{ topic: 'a.b_c-d', partition: 3, offset: '77' }]);
    expect(shown).to.deep.include({ key: { size: 1, base64: 'aw==' }, valueSize: 1_000_000, headerCount: 600 });
    expect([shown.value.size, Buffer.from(shown.value.base64, 'base64').length]).to.deep.equal([1_000_000, 262_144]);
    expect(shown.headers).to.have.length(500);
    expect(shown.headers[1]).to.deep.equal({ name: 'h1', value: null });
    expect(shown).to.have.nested.property('headers[0].value.base64.length', Math.ceil(16_384 / 3) * 4);
  });

  it('are told why they cannot be shown', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('The broker does not answer'));
    await using studio = await startStudio({ port: 0, deadLetters: lettersOf([], { topics: fails, read: fails, record: fails }) });
    for (const path of ['', '/t', '/t/0/0']) {
      const answer = await rawRequest(studio, `/api/dead-letters${path}`);
      expect([answer.status, JSON.parse(answer.body)], path).to.deep.equal([502, { error: 'The broker does not answer' }]);
    }
    for (const path of ['/t/0', '/t/x/0', '/t/0/-1', '/a%2fb', '/../t']) {
      expect((await rawRequest(studio, `/api/dead-letters${path}`)).status, path).to.equal(404);
    }
    expect((await rawRequest(studio, '/api/dead-letters/t?traceId=no')).status).to.equal(400);
  });

  it('are told to be missing, and not that the broker failed, where the provider says that they do not exist', async () => {
    const failing = (code: string) => (): Promise<never> => Promise.reject(Object.assign(new Error(`Told by ${code}`), { code }));
    const [topic, record] = [failing('topic_missing'), failing('record_missing')];
    await using studio = await startStudio({
      port: 0,
      deadLetters: lettersOf([], { topics: failing('ECONNREFUSED'), read: topic, record }),
    });
    for (const [path, status, code] of [
      ['', 502, 'ECONNREFUSED'],
      ['/t', 404, 'topic_missing'],
      ['/t?fresh=true', 404, 'topic_missing'],
      ['/t/0/0', 404, 'record_missing'],
    ] as const) {
      const answer = await rawRequest(studio, `/api/dead-letters${path}`);
      expect([answer.status, JSON.parse(answer.body)], path).to.deep.equal([status, { error: `Told by ${code}` }]);
    }
  });
});
