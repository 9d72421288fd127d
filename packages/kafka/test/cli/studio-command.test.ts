import { once } from 'node:events';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { UsageError } from '../../src/cli/argument-values.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { useCommand } from '../support/command.ts';

describe('tracelink-kafka studio', () => {
  let kafka: EmbeddedKafka;
  const { start, startWith, ended, run } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { 'orders-dlt': 1 } });
  });
  afterEach(() => kafka.stop());

  it('serves the dead letters of its brokers until SIGTERM, read only', async () => {
    const child = start('studio', '--port', '0', '--host', '127.0.0.1', '--allow-host', 'a.internal,b.internal');
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const url = /^tracelink studio is at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(line)?.[1];
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
    const child = start('studio', '--port', '0', '--host', '0.0.0.0', '--allow-replay');
    const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(said).to.equal(
      'Records of dead-letter topics may be sent again from the page by everybody who reaches 0.0.0.0: no one is asked for a password.\n',
    );
    const end = ended(child);
    child.kill('SIGINT');
    expect((await end).code).to.equal(0);
  });

  it('says which package it needs where the studio is not installed', async () => {
    // What Node says of a package that no folder above has.
    const absent = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name !== '@tracelink/studio') return next(name, context);
        throw Object.assign(new Error("Cannot find package '@tracelink/studio' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
      } });`;
    const hooks = `--import=data:text/javascript,${encodeURIComponent(absent)}`;
    const child = startWith({ NODE_OPTIONS: hooks }, 'studio');
    const { code, err } = await ended(child);
    expect([code, err]).to.deep.equal([
      1,
      'tracelink-kafka: studio needs the package @tracelink/studio beside this one: npm install --save-dev @tracelink/studio\n',
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

describe('the arguments of studio', () => {
  const env = { KAFKA_BROKERS: 'a:9092,b:9092' };

  it('are how to reach the brokers, where to listen, and whether the page may replay', () => {
    expect(parseArguments(['studio'], env, 0)).to.deep.equal({
      what: 'studio',
      kafka: { brokers: ['a:9092', 'b:9092'] },
      port: undefined,
      host: undefined,
      allowedHosts: undefined,
      allowReplay: false,
    });
    const all = ['--brokers', 'c:1', '--port', '0', '--host', '::1', '--allow-host', 'a,b', '--allow-host', 'c', '--allow-replay', '--ssl'];
    expect(parseArguments(['studio', ...all], env, 0)).to.deep.equal({
      what: 'studio',
      kafka: { brokers: ['c:1'], ssl: true },
      port: 0,
      host: '::1',
      allowedHosts: ['a', 'b', 'c'],
      allowReplay: true,
    });
    expect(parseArguments(['studio', '-h'], env, 0)).to.deep.equal({ what: 'help' });
    expect(parseArguments(['studio', '-v'], env, 0)).to.deep.equal({ what: 'version' });
  });

  it('are refused where they make no sense', () => {
    for (const [args, error] of [
      [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
      [['--from', 'orders-dlt'], "Unknown option '--from'"],
      [['--json'], "Unknown option '--json'"],
    ] as const)
      expect(() => parseArguments(['studio', ...args], env, 0), args[0]).to.throw(UsageError, error);
  });
});
