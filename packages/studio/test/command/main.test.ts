import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { traceId, tracesOf } from '../support/otlp.ts';

type Command = ChildProcessByStdio<null, Readable, Readable>;

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`../imports/fixtures/${name}`, import.meta.url));

describe('the command', () => {
  const running: ChildProcess[] = [];
  const run = (...args: string[]): Command => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return child;
  };
  const ended = async (child: Command): Promise<{ code: number | null; out: string; err: string }> => {
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: code as number | null, out, err };
  };
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`serves until ${signal}, and ends cleanly with a page and an exporter connected to it`, async () => {
      const limits = ['--max-spans', '9', '--max-spans-per-trace', '5', '--max-log-lines-per-trace', '5', '--max-megabytes', '1'];
      const child = run('--port', '0', '--grpc-port', '0', '--allow-host', 'a.internal,b.internal', '--max-age-minutes', '1', ...limits);
      const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
      expect(line).to.match(/^tracelink studio is at http:\/\/127\.0\.0\.1:\d+\n/);
      const [url = '', , overGrpc = ''] = line.match(/http:[^\s,]+/g) ?? [];
      const exporter = new Client(new URL(overGrpc).host, credentials.createInsecure());
      const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
      exporter.waitForReady(Date.now() + 30_000, (error) => (error === undefined ? resolve() : reject(error)));
      await ready;
      const live = await fetch(`${url}/api/live`);
      expect(live.status).to.equal(200);
      const end = once(child, 'close');
      child.kill(signal);
      expect(await end).to.deep.equal([0, null]);
      exporter.close();
      await live.body?.cancel().catch(() => {});
    });
  }

  describe('with something that keeps its process alive', () => {
    /** Resolves when the first signal has closed the studio. The process lives until its input ends. */
    async function closedBy(signal: NodeJS.Signals, alsoAtOnce = ''): Promise<ChildProcess> {
      const keepAlive = `data:text/javascript,process.stdin.resume();${alsoAtOnce}`;
      const child = spawn(process.execPath, ['--import', keepAlive, main, '--port', '0', '--grpc-port', 'none']);
      running.push(child);
      const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
      const live = await fetch(`${line.match(/http:\S+/)?.[0]}/api/live`);
      child.kill(signal);
      await live.text().catch(() => {});
      return child;
    }

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`ends cleanly when npm hands on ${signal}, which comes twice`, async () => {
        // By itself, as how soon this process is told of the first does not count.
        const child = await closedBy(signal, `process.once('${signal}', () => process.kill(process.pid, '${signal}'))`);
        const end = once(child, 'close');
        child.stdin?.end();
        expect(await end).to.deep.equal([0, null]);
      });
    }

    it('ends at once when the second signal is another one', async () => {
      const child = await closedBy('SIGINT');
      const end = once(child, 'close');
      child.kill('SIGTERM');
      expect(await end).to.deep.equal([143, null]);
    });

    it('ends at once when Ctrl-C is pressed again', async () => {
      const child = await closedBy('SIGINT');
      const end = once(child, 'close');
      for (; child.exitCode === null && child.signalCode === null; await wait(100)) child.kill('SIGINT');
      expect(await end).to.deep.equal([130, null]);
    });
  });

  it('ends cleanly from --help when no one reads it', async () => {
    const help = run('--help');
    help.stdout.destroy();
    const [err, [code]] = await Promise.all([text(help.stderr), once(help, 'close')]);
    expect([code, err]).to.deep.equal([0, '']);
  });

  it('prints all of its options with --help', async () => {
    const { code, out, err } = await ended(run('--help'));
    expect([code, err]).to.deep.equal([0, '']);
    for (const flag of [
      '--port',
      '--grpc-port',
      '--host',
      '--allow-host',
      '--max-spans',
      '--max-megabytes',
      '--max-age-minutes',
      '--version',
    ]) {
      expect(out).to.include(flag);
    }
  });

  it('says only where HTTP goes with --grpc-port none', async () => {
    const child = run('--port', '0', '--grpc-port', 'none');
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(line).to.match(/^tracelink studio is at (\S+)\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=\1\n$/);
  });

  it('prints its version with --version', async () => {
    expect((await ended(run('-v'))).out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  for (const [what, args, message] of [
    ['an option that there is not', ['--prot', '1'], "Unknown option '--prot'"],
    ['a file that there is not', ['orders.json'], "cannot read the file 'orders.json': ENOENT"],
    ['a port that is no number', ['--port', 'otlp'], "--port takes a whole number from 0 to 65535, not 'otlp'"],
    ['a port for gRPC beyond all', ['--grpc-port', '65536'], "--grpc-port takes a whole number from 0 to 65535, or none, not '65536'"],
    ['a limit of nothing', ['--max-spans', '0'], "--max-spans takes a whole number from 1 to 1000000000, not '0'"],
    ['a host with a port', ['--allow-host', 'a.internal:80'], 'not "a.internal:80"'],
  ] as const) {
    it(`refuses ${what} with exit code 2`, async () => {
      const { code, out, err } = await ended(run(...args));
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.include('tracelink-studio: ').and.include(message);
    });
  }

  it('shows the traces of files that it is given, and says where, and what it could not read', async () => {
    const jaeger = fixture('jaeger-2.13.0.json');
    const folder = mkdtempSync(join(tmpdir(), 'tracelink-import-'));
    const partly = join(folder, 'partly.json');
    const { resourceSpans } = tracesOf([{ trace: 'one', id: 'root', service: 'orders', name: 'GET /', at: 0, for: 1 }]);
    writeFileSync(partly, JSON.stringify({ resourceSpans: [...resourceSpans, { scopeSpans: [{ spans: [{ name: 'no ids' }] }] }] }));
    try {
      const child = run('--port', '0', '--grpc-port', 'none', jaeger, partly);
      let out = '';
      for await (const chunk of child.stdout.setEncoding('utf8')) if ((out += String(chunk)).split(' See ').length === 3) break;
      const [, url = ''] = /jaeger-2\.13\.0\.json: spans 6, traces 1\. See http:\/\/(\S+)\n/.exec(out) ?? [];
      const answer = await fetch(`http://${url.replace('/traces/', '/api/traces/')}`);
      expect(await answer.json()).to.include({ traceId: traceId('order'), imported: true });
      expect(out).to.match(
        /partly\.json: spans 1, traces 1, and 1 that could not be read: "traceId" is not what OTLP has there\. See http/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says of a file that is larger than memory how many of its spans are not shown, and leads to a trace that is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tracelink-import-'));
    const large = join(folder, 'large.json');
    const root = { id: 'root', service: 'orders', name: 'GET /', at: 0, for: 1 };
    writeFileSync(large, JSON.stringify(tracesOf(['one', 'two', 'six'].map((trace) => ({ ...root, trace })))));
    try {
      const child = run('--port', '0', '--grpc-port', 'none', '--max-spans', '2', large);
      let out = '';
      for await (const chunk of child.stdout.setEncoding('utf8')) if ((out += String(chunk)).includes(' See ')) break;
      expect(out).to.match(/large\.json: spans 3, traces 3\. Memory has no room for 1 of the spans\. See http/);
      expect(out).to.include(`/traces/${traceId('two')}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses a file that is longer than a text can be by its size, with exit code 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tracelink-import-'));
    const file = join(folder, 'long.json');
    writeFileSync(file, '');
    // No byte of it takes room on the disk.
    truncateSync(file, 700 * 1_048_576);
    try {
      const { code, out, err } = await ended(run('--port', '0', '--grpc-port', 'none', file));
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(
        /^tracelink-studio: cannot read the file '.*long\.json': it has 700 MiB, and 511 MiB are the most that is read\. /,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses a file without traces by its name, with exit code 1, before it says an address', async () => {
    const file = fileURLToPath(import.meta.url);
    const { code, out, err } = await ended(run('--port', '0', '--grpc-port', 'none', file));
    expect([code, out]).to.deep.equal([1, '']);
    expect(err).to.match(/^tracelink-studio: \[invalid_import\] .*main\.test\.ts: This is not JSON: [^\n]+\n$/);
  });

  it('reports a port that is taken in one line with exit code 1', async () => {
    await using other = await startStudio({ port: 0 });
    const { code, out, err } = await ended(run('--port', String(other.port)));
    expect([code, out]).to.deep.equal([1, '']);
    expect(err).to.equal(
      `tracelink-studio: [cannot_listen] The studio cannot listen on 127.0.0.1:${other.port}: another program listens there. ` +
        'Choose another port; 0 is any free one.\n',
    );
  });
});
