import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { UsageError } from '../../src/cli/argument-values.ts';
import { helpText } from '../../src/cli/help-text.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { useCommand } from '../support/command.ts';

/** Options for Node with which a package is not installed: it says of it what it says of one that no folder above has. */
const without = (name: string): Record<string, string> => {
  const hooks = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name !== '${name}') return next(name, context);
      throw Object.assign(new Error("Cannot find package '${name}' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hooks)}` };
};

/** Resolves with the page's address when the studio listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  const [line] = (await once(child.stdout?.setEncoding('utf8') as NonNullable<ChildProcess['stdout']>, 'data')) as [string];
  return /^tracelink studio is at (\S+)\n/.exec(line)?.[1] ?? '';
}

/** Replays a topic as the button of its page does. @returns the report */
async function replayOf(url: string, topic: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/dead-letters/${topic}/replay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tracelink-studio': '1' },
    body: JSON.stringify({ dryRun: false }),
  });
  const answer = await response.text();
  return (JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '') as { result: Record<string, unknown> }).result;
}

/** Resolves with the trace of a replay, once the studio at the address has the span of it. The studio tells when there is something new. */
async function replayTrace(url: string): Promise<Record<string, unknown>> {
  const live = await fetch(`${url}/api/live`, { signal: AbortSignal.timeout(30_000) });
  for await (const _ of live.body ?? []) {
    const answer = await fetch(`${url}/api/traces?search=replay+orders-dlt`);
    const { traces } = (await answer.json()) as { traces: Record<string, unknown>[] };
    if (traces[0] !== undefined) return traces[0];
  }
  throw new Error('The studio has gone.');
}

describe('tracelink-kafka studio', () => {
  let kafka: EmbeddedKafka;
  const { start, startWith, ended, run } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, 'orders-dlt': 1 } });
  });
  afterEach(() => kafka.stop());

  it('serves the dead letters of its brokers until SIGTERM, read only', async () => {
    const child = start('studio', '--port', '0', '--grpc-port', '0', '--host', '127.0.0.1', '--allow-host', 'a.internal,b.internal');
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const [, url, grpcUrl] = /^tracelink studio is at (http:\S+)\n.* over gRPC to (http:\S+)\n$/.exec(line) ?? [];
    const exporter = connect(Number(new URL(grpcUrl ?? '').port));
    await once(exporter, 'connect');
    exporter.destroy();
    const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(said).to.equal('Read only: --allow-replay lets the page send records again.\n');
    const answer = await fetch(`${url}/api/dead-letters`);
    expect(await answer.json()).to.deep.equal({ topics: [{ topic: 'orders-dlt', records: 0, groups: [], writers: [] }] });
    expect(await (await fetch(`${url}/api/providers`)).json()).to.deep.include({ deadLetters: true, replay: false });
    const end = ended(child);
    child.kill('SIGTERM');
    expect((await end).code).to.equal(0);
  });

  it('says who may replay where other machines reach it', async () => {
    const child = start('studio', '--port', '0', '--grpc-port', 'none', '--host', '0.0.0.0', '--allow-replay');
    const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(said).to.equal(
      'Records of dead-letter topics may be sent again from the page by everybody who reaches 0.0.0.0: no one is asked for a password.\n',
    );
    const end = ended(child);
    child.kill('SIGINT');
    expect((await end).code).to.equal(0);
  });

  const letter = { key: 'k', value: 'v', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } };
  const replaying = ['studio', '--port', '0', '--grpc-port', 'none', '--allow-replay'];

  it('shows what its page replays as a trace of its own', async () => {
    kafka.topic('orders-dlt').append(0, [letter]);
    // What the environment says of another back end is not for it.
    const child = startWith({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_SAMPLER: 'always_off' }, ...replaying);
    const url = await addressOf(child);
    const shown = replayTrace(url);
    const { traceId, counts } = await replayOf(url, 'orders-dlt');
    expect(counts).to.include({ replayed: 1 });
    expect(await shown).to.include({ traceId, name: 'replay orders-dlt', service: 'studio' });
    const end = ended(child);
    child.kill('SIGTERM');
    expect((await end).code).to.equal(0);
  });

  it('says what to install for that, and replays without it', async () => {
    kafka.topic('orders-dlt').append(0, [letter]);
    const child = startWith(without('@tracelink/sdk'), ...replaying);
    const { counts, traceId } = await replayOf(await addressOf(child), 'orders-dlt');
    expect(counts).to.include({ replayed: 1 });
    expect(traceId).to.equal(undefined);
    const end = ended(child);
    child.kill('SIGTERM');
    const { code, err } = await end;
    expect(code).to.equal(0);
    expect(err).to.include('The replays have no trace of their own: npm install --save-dev @tracelink/sdk, and they are in the list');
  });

  it('leaves its replays to an SDK that runs in its process', async () => {
    await using elsewhere = await startStudio({ port: 0 });
    kafka.topic('orders-dlt').append(0, [letter]);
    const sdk = { NODE_OPTIONS: '--import @tracelink/sdk/register', OTEL_EXPORTER_OTLP_ENDPOINT: elsewhere.url };
    const child = startWith({ ...sdk, OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_SERVICE_NAME: 'mine' }, ...replaying);
    const url = await addressOf(child);
    const shown = replayTrace(elsewhere.url);
    const { traceId } = await replayOf(url, 'orders-dlt');
    expect(await shown).to.include({ traceId, service: 'mine' });
    const end = ended(child);
    child.kill('SIGTERM');
    expect((await end).code).to.equal(0);
  });

  it('says which package it needs where the studio is not installed', async () => {
    const child = startWith(without('@tracelink/studio'), 'studio');
    const { code, err } = await ended(child);
    expect([code, err]).to.deep.equal([
      1,
      'tracelink-kafka: studio needs the package @tracelink/studio beside this one: npm install --save-dev @tracelink/studio\n',
    ]);
  });

  it('exits as for other wrong options when the studio refuses one', async () => {
    const { code, err } = await run('studio', '--port', '0', '--grpc-port', 'none', '--allow-host', 'http://a.internal');
    expect([code, err]).to.deep.equal([
      2,
      'tracelink-kafka: [invalid_option] "allowedHosts" must hold names and addresses without a port, not "http://a.internal".\n',
    ]);
  });

  it('says that it cannot listen', async () => {
    const taken = kafka.brokers[0]?.split(':')[1] ?? '';
    const { code, err } = await run('studio', '--port', taken);
    expect([code, err]).to.deep.equal([
      1,
      `tracelink-kafka: [cannot_listen] The studio cannot listen on 127.0.0.1:${taken}: another program listens there. Choose another port; 0 is any free one.\n`,
    ]);
  });
});

/** The options that a help names, each with its default in parentheses. */
function defaultsIn(help: string): Record<string, string | undefined> {
  const lines = help.matchAll(/^ +(?:-\w, )?(--[\w-]+)\b.*?(?:\((\S+)\))?$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, value]));
}

describe('the arguments of studio', () => {
  const env = { KAFKA_BROKERS: 'a:9092,b:9092' };

  it('are how to reach the brokers, where to listen, and whether the page may replay', () => {
    expect(parseArguments(['studio'], env, 0)).to.deep.equal({
      what: 'studio',
      kafka: { brokers: ['a:9092', 'b:9092'] },
      options: { grpcPort: 4317 },
      allowReplay: false,
    });
    const all = ['--brokers', 'c:1', '--port', '0', '--host', '::1', '--allow-host', 'a,b', '--allow-host', 'c', '--allow-replay', '--ssl'];
    expect(parseArguments(['studio', ...all], env, 0)).to.deep.equal({
      what: 'studio',
      kafka: { brokers: ['c:1'], ssl: true },
      options: { port: 0, grpcPort: 4317, host: '::1', allowedHosts: ['a', 'b', 'c'] },
      allowReplay: true,
    });
    const limits = ['--max-spans=1', '--max-spans-per-trace=2', '--max-log-lines-per-trace=3', '--max-megabytes=4', '--max-age-minutes=5'];
    expect(parseArguments(['studio', '--grpc-port', 'none', ...limits], env, 0)).to.deep.include({
      options: { maxSpans: 1, maxSpansPerTrace: 2, maxLogLinesPerTrace: 3, maxBytes: 4_194_304, maxAgeMs: 300_000 },
    });
    expect(parseArguments(['studio', '-h'], env, 0)).to.deep.equal({ what: 'help' });
    expect(parseArguments(['studio', '-v'], env, 0)).to.deep.equal({ what: 'version' });
  });

  it('have all that the own command of the studio has, with the same defaults', async () => {
    const own = new URL('command/main.ts', import.meta.resolve('@tracelink/studio'));
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(own), '--help']);
    const theirs = defaultsIn(stdout);
    expect(theirs).to.include({ '--grpc-port': '4317', '--max-megabytes': '128' });
    expect(defaultsIn(helpText('studio'))).to.include(theirs);
    const bare = parseArguments(['studio'], env, 0);
    for (const name of Object.keys(theirs)) {
      const value = ['--help', '--version'].includes(name) ? [] : ['7'];
      expect(parseArguments(['studio', name, ...value], env, 0), name).to.not.deep.equal(bare);
    }
  });

  it('are refused where they make no sense', () => {
    for (const [args, error] of [
      [['--grpc-port', '65536'], '--grpc-port takes a whole number from 0 to 65535, or none, not "65536"'],
      [['--max-spans', '0'], '--max-spans takes a whole number from 1, not "0"'],
      [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
      [['--from', 'orders-dlt'], "Unknown option '--from'"],
      [['--json'], "Unknown option '--json'"],
    ] as const)
      expect(() => parseArguments(['studio', ...args], env, 0), args[0]).to.throw(UsageError, error);
  });
});
