import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

type Command = ChildProcessByStdio<null, Readable, Readable>;

const main = fileURLToPath(new URL('../../src/command/main.ts', import.meta.url));

describe('the embedded-kafka command', () => {
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
  /** Resolves with the brokers that the command prints. */
  const listening = async (child: Command): Promise<string[]> => {
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(line).to.match(/^embedded-kafka listens on (127\.0\.0\.1:\d+,?)+\n$/);
    return line.trim().replace('embedded-kafka listens on ', '').split(',');
  };
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`serves its topics until ${signal}, and exits cleanly with a client connected`, async () => {
      const child = run('--port', '0', '--topics', 'orders:3,shipments', '--topics', 'audit', '--brokers', '2');
      const brokers = await listening(child);
      expect(brokers).to.have.length(2);
      const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata({ topics: ['orders', 'shipments', 'audit'] });
      expect(topics.map(({ name, partitions }) => [name, partitions.length])).to.have.deep.members([
        ['orders', 3],
        ['shipments', 1],
        ['audit', 1],
      ]);
      const end = once(child, 'close');
      child.kill(signal);
      expect(await end).to.deep.equal([0, null]);
      await admin.disconnect();
    });
  }

  describe('with something that keeps its process alive', () => {
    /** Resolves when the first signal has closed the broker. The process lives until its input ends. */
    async function closedBy(signal: NodeJS.Signals, alsoAtOnce = ''): Promise<ChildProcess> {
      const keepAlive = `data:text/javascript,process.stdin.resume();${alsoAtOnce}`;
      const child = spawn(process.execPath, ['--import', keepAlive, main, '--port', '0']);
      running.push(child);
      const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
      const socket = connect(Number(line.trim().split(':')[1]), '127.0.0.1');
      await once(socket, 'connect');
      socket.on('error', () => {});
      const closed = new Promise((resolve) => void socket.resume().on('close', resolve));
      child.kill(signal);
      await closed;
      return child;
    }

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`exits cleanly when npm hands on ${signal}, which comes twice`, async () => {
        // By itself, as how soon this process is told of the first does not count.
        const child = await closedBy(signal, `process.once('${signal}', () => process.kill(process.pid, '${signal}'))`);
        const end = once(child, 'close');
        child.stdin?.end();
        expect(await end).to.deep.equal([0, null]);
      });
    }

    it('exits at once when the second signal is another one', async () => {
      const child = await closedBy('SIGINT');
      const end = once(child, 'close');
      child.kill('SIGTERM');
      expect(await end).to.deep.equal([143, null]);
    });

    it('exits at once when Ctrl-C is pressed again', async () => {
      const child = await closedBy('SIGINT');
      const end = once(child, 'close');
      for (; child.exitCode === null && child.signalCode === null; await wait(100)) child.kill('SIGINT');
      expect(await end).to.deep.equal([130, null]);
    });
  });

  it('serves on when no one reads what it says, and exits cleanly from --help', async () => {
    const child = run('--port', '0');
    const [address = ''] = await listening(child);
    child.stdout.destroy();
    child.stderr.destroy();
    const end = once(child, 'close');
    // It says something of each connection that sends what is no request, and closes it.
    for (let count = 0; count < 2; count++) {
      const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
      const closed = new Promise((resolve) => void socket.resume().on('close', resolve));
      socket.on('error', () => {}).end('GET / HTTP/1.1\r\n\r\n');
      await closed;
    }
    const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
    await admin.connect();
    await admin.disconnect();
    child.kill('SIGTERM');
    expect(await end).to.deep.equal([0, null]);
    const help = run('--help');
    help.stdout.destroy();
    const [err, [code]] = await Promise.all([text(help.stderr), once(help, 'close')]);
    expect([code, err]).to.deep.equal([0, '']);
  });

  it('creates no topics with --no-auto-create, and gives new ones the partitions of --default-partitions', async () => {
    const [strict] = await listening(run('--port', '0', '--no-auto-create'));
    const [wide] = await listening(run('--port', '0', '--default-partitions', '4'));
    const partitionsOf = async (broker = ''): Promise<number> => {
      const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      const admin = kafka.admin();
      await Promise.all([producer.connect(), admin.connect()]);
      const sent = producer.send({ topic: 'asked', messages: [{ value: 'a' }] }).catch(() => []);
      const names = await sent.then(() => admin.listTopics());
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      await Promise.all([producer.disconnect(), admin.disconnect()]);
      return topics[0]?.partitions.length ?? 0;
    };
    expect([await partitionsOf(strict), await partitionsOf(wide)]).to.deep.equal([0, 4]);
  });

  it('prints all options with --help', async () => {
    const { code, out, err } = await ended(run('--help'));
    expect([code, err]).to.deep.equal([0, '']);
    for (const flag of ['--port', '--host', '--topics', '--brokers', '--default-partitions', '--no-auto-create', '--version']) {
      expect(out).to.include(flag);
    }
  });

  it('prints its version with --version', async () => {
    expect((await ended(run('--version'))).out).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  for (const [what, args, message] of [
    ['an option that there is not', ['--prot', '1'], "Unknown option '--prot'"],
    ['a word that is no option', ['orders'], "Unexpected argument 'orders'"],
    ['a port that is no number', ['--port', 'kafka'], "--port takes a whole number from 0 to 65535, not 'kafka'"],
    ['a port that is too large', ['--port', '70000'], "not '70000'"],
    ['a topic without a name', ['--topics', ':3'], "--topics takes name or name:partitions, not ':3'"],
    ['a topic with no partitions', ['--topics', 'orders:0'], "--topics orders takes a whole number from 1 to 10000, not '0'"],
    ['a name that no topic can have', ['--port', '0', '--topics', 'or ders'], 'Topic name is invalid'],
  ] as const) {
    it(`rejects ${what} with exit code 2`, async () => {
      const { code, out, err } = await ended(run(...args));
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.include(`embedded-kafka: `).and.include(message);
    });
  }

  it('reports a port that is taken with exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await ended(run('--port', String(port)));
    other.close();
    expect(code).to.equal(1);
    expect(err).to.match(/^embedded-kafka: The broker cannot listen on .*EADDRINUSE/);
  });
});
