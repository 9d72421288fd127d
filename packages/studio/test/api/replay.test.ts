import { startStudio, type ProviderRun, type ReplayReport, type ReplayRequest, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { lettersOf } from '../support/dead-letters.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const report: ReplayReport = {
  dryRun: false,
  ended: 'at the end',
  counts: { replayed: 2, refused: 1 },
  sent: [],
  problems: [],
  notes: [],
  durationMs: 3,
  traceId: 'a'.repeat(32),
};
const page = { 'x-tracelink-studio': '1', 'content-type': 'application/json' };

/** A studio whose replays are noted, and do nothing else. */
async function replaying(
  replay: (request: ReplayRequest, run: ProviderRun) => Promise<ReplayReport> = () => Promise.resolve(report),
  canReplay = true,
): Promise<{ studio: Studio; asked: ReplayRequest[]; lines: string[] } & AsyncDisposable> {
  const asked: ReplayRequest[] = [];
  const lines: string[] = [];
  const studio = await startStudio({
    port: 0,
    log: (line) => lines.push(line),
    deadLetters: lettersOf([], {
      canReplay,
      replay: (request, run) => {
        asked.push(request);
        return replay(request, run);
      },
    }),
  });
  return { studio, asked, lines, [Symbol.asyncDispose]: () => studio.stop() };
}

function post(studio: Studio, body: unknown, headers: Record<string, string> = page): Promise<RawAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return rawRequest(studio, '/api/dead-letters/orders-dlt/replay', { method: 'POST', headers, body: text });
}

const linesOf = ({ body }: RawAnswer): unknown[] =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('a replay', () => {
  it('is asked for with its selection, answers with its report, and is named in the log', async () => {
    await using run = await replaying();
    const record = { partition: 1, offset: '7' };
    const answer = await post(run.studio, { dryRun: false, errorClass: 'Type\nError', traceId: 'b'.repeat(32), record });
    expect([answer.status, answer.headers['content-type']]).to.deep.equal([200, 'application/x-ndjson']);
    expect(linesOf(answer)).to.deep.equal([{ result: report }]);
    expect(run.asked).to.deep.equal([{ topic: 'orders-dlt', dryRun: false, errorClass: 'Type\nError', traceId: 'b'.repeat(32), record }]);
    const what = `replay of record 1/7, error "Type\\nError", trace ${'b'.repeat(32)} of orders-dlt by 127.0.0.1`;
    expect(run.lines).to.deep.equal([`${what}: started`, `${what}: replayed 2, refused 1, ended at the end, trace ${'a'.repeat(32)}`]);
  });

  it('answers with the error of a provider, which the log has too', async () => {
    await using run = await replaying(() => Promise.reject(new Error('The broker\nis away')));
    expect(linesOf(await post(run.studio, { dryRun: true }))).to.deep.equal([{ error: 'The broker\nis away' }]);
    expect(run.lines[1]).to.equal('dry run of all records of orders-dlt by 127.0.0.1: failed: "The broker\\nis away"');
  });

  it('is refused to pages of other sites, to forms, and under names that are not this studio’s', async () => {
    await using run = await replaying();
    const own = `127.0.0.1:${run.studio.port}`;
    const attacks: [string, Record<string, string>][] = [
      ['without the header of the page', { 'content-type': 'application/json' }],
      ['by a form', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['by a form with text', { 'content-type': 'text/plain', origin: 'http://evil.example' }],
      ['with the origin of another site', { ...page, origin: 'http://evil.example' }],
      ['with the origin of another port', { ...page, origin: `http://127.0.0.1:${run.studio.port + 1}` }],
      ['from a sandboxed frame', { ...page, origin: 'null' }],
      ['by HTTPS of the same name', { ...page, origin: `https://${own}` }],
      ['by a script of another site', { ...page, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
      ['by a script of a site beside it', { ...page, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
      ['by a form that navigates', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', origin: 'http://evil.example' }],
      ['by a name that leads here (DNS rebinding)', { ...page, host: 'evil.example', origin: 'http://evil.example' }],
    ];
    for (const [how, headers] of attacks) expect((await post(run.studio, { dryRun: false }, headers)).status, how).to.equal(403);
    // What a browser asks first before a script of another site may send the header.
    const preflight = await rawRequest(run.studio, '/api/dead-letters/orders-dlt/replay', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).to.deep.equal([403, undefined]);
    expect((await rawRequest(run.studio, '/api/dead-letters/orders-dlt/replay', { headers: page })).status).to.equal(405);
    expect(run.asked).to.deep.equal([]);
    expect(run.lines).to.deep.equal([]);
    const ours = { ...page, origin: `http://${own}`, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect((await post(run.studio, { dryRun: false }, ours)).status).to.equal(200);
    expect(run.lines[0]).to.include(`by 127.0.0.1 at http://${own}`);
  });

  it('is refused where it does not say exactly what it wants', async () => {
    await using run = await replaying();
    const json = { ...page, 'content-type': 'application/json; charset=utf-8' };
    for (const [status, body, headers] of [
      [400, {}, json],
      [400, { dryRun: 'false' }, json],
      [400, { dryRun: 0 }, json],
      [400, { dryRun: true, topic: 'other' }, json],
      [400, { dryRun: true, errorClass: '' }, json],
      [400, { dryRun: true, traceId: 'x' }, json],
      [400, { dryRun: true, record: { partition: -1, offset: '0' } }, json],
      [400, { dryRun: true, record: { partition: 0, offset: 0 } }, json],
      [400, { dryRun: true, record: null }, json],
      [400, [], json],
      [400, 'null', json],
      [400, '{', json],
      [413, JSON.stringify({ dryRun: true, errorClass: 'x'.repeat(20_000) }), json],
      [415, { dryRun: true }, { ...page, 'content-type': 'text/plain' }],
      [415, { dryRun: true }, { 'x-tracelink-studio': '1' }],
    ] as const)
      expect((await post(run.studio, body, headers)).status, JSON.stringify(body).slice(0, 100)).to.equal(status);
    expect(run.asked).to.deep.equal([]);
  });

  it('is a dry run only where the studio is read only', async () => {
    await using run = await replaying(undefined, false);
    expect((await post(run.studio, { dryRun: false })).status).to.equal(403);
    expect((await post(run.studio, { dryRun: true })).status).to.equal(200);
    expect(run.asked.map(({ dryRun }) => dryRun)).to.deep.equal([true]);
  });

  it('runs alone, beside dry runs', async () => {
    const { promise, resolve } = Promise.withResolvers<ReplayReport>();
    const started = Promise.withResolvers<void>();
    await using run = await replaying(({ dryRun }) => {
      started.resolve();
      return dryRun ? Promise.resolve(report) : promise;
    });
    const first = post(run.studio, { dryRun: false });
    await started.promise;
    expect((await post(run.studio, { dryRun: false })).status).to.equal(409);
    expect((await post(run.studio, { dryRun: true })).status).to.equal(200);
    resolve(report);
    expect((await first).status).to.equal(200);
    expect((await post(run.studio, { dryRun: false })).status).to.equal(200);
  });

  it('tells how far it is, and ends when the page goes', async () => {
    const ended = Promise.withResolvers<unknown>();
    await using run = await replaying(
      (_, { signal, progress }) =>
        new Promise((_resolve, reject) => {
          progress('1 read');
          signal.addEventListener('abort', () => {
            ended.resolve(signal.reason);
            reject(signal.reason as Error);
          });
        }),
    );
    const leave = new AbortController();
    const answer = await fetch(`${run.studio.url}/api/dead-letters/orders-dlt/replay`, {
      method: 'POST',
      headers: page,
      body: '{"dryRun":false}',
      signal: leave.signal,
    });
    const { value: first } = await firstOf(answer).next();
    expect(first).to.equal('{"progress":"1 read"}\n');
    leave.abort();
    expect(String(await ended.promise)).to.include('The page has gone');
  });
});

/** The first part of a body. */
async function* firstOf({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const part = await reader?.read();
  if (part?.value !== undefined) yield part.value;
}
