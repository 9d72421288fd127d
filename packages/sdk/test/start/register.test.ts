import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { formatTrace, OtlpReceiver, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';

const programs = join(import.meta.dirname, '../programs');

describe('@tracelink/sdk/register', () => {
  let receiver: OtlpReceiver;
  let child: ChildProcess | undefined;
  let stderr: string;

  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    stderr = '';
  });

  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await receiver.stop();
  });

  it('instruments what an ES module imports, and delivers its spans on SIGTERM, which still ends the process', async () => {
    const program = start('serve.ts');
    await line('served');
    program.kill('SIGTERM');
    const [, signal] = await once(program, 'close');
    expect(signal).to.equal('SIGTERM');
    expectServed(receiver.spans);
    expect(stderr).to.equal('');
  });

  it('delivers spans on SIGINT too', async () => {
    const program = start('serve.ts');
    await line('served');
    program.kill('SIGINT');
    const [, signal] = await once(program, 'close');
    expect(signal).to.equal('SIGINT');
    expectServed(receiver.spans);
  });

  it('leaves a signal to a program that handles it, and delivers its spans when the program ends', async () => {
    const program = start('serve.ts', ['--handle-sigterm']);
    await line('served');
    program.kill('SIGTERM');
    await line('closing');
    const [code, signal] = await once(program, 'close');
    expect([code, signal]).to.deep.equal([0, null]);
    expectServed(receiver.spans);
  });

  it('delivers spans at the end of the event loop and keeps the exit code', async () => {
    const [code] = await once(start('end.ts', ['3']), 'close');
    expect(code).to.equal(3);
    expect(receiver.spans.map(({ name, serviceName }) => [name, serviceName])).to.deep.equal([['last words', '@example/greeter']]);
  });

  it('names the service by OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES where one is set', async () => {
    await once(start('end.ts', ['0'], { OTEL_SERVICE_NAME: 'by-name' }), 'close');
    const detectors = { OTEL_NODE_RESOURCE_DETECTORS: 'host' };
    await once(start('end.ts', ['0'], { OTEL_RESOURCE_ATTRIBUTES: 'service.name=by-attribute', ...detectors }), 'close');
    expect(receiver.spans.map(({ serviceName }) => serviceName)).to.deep.equal(['by-name', 'by-attribute']);
  });

  it('names the service by the nearest package.json where the environment names another one’s alone', async () => {
    await once(start('end.ts', ['0'], { OTEL_RESOURCE_ATTRIBUTES: 'peer.service.name=billing' }), 'close');
    expect(receiver.spans.map(({ serviceName }) => serviceName)).to.deep.equal(['@example/greeter']);
  });

  it('instruments pg that is imported as an ES module', async () => {
    await once(start('query.ts'), 'close');
    expect(receiver.spans.map(({ name, status }) => [name, status.code])).to.deep.include(['pg.connect', 'error']);
  });

  it('does nothing when OTEL_SDK_DISABLED is true', async () => {
    const [code] = await once(start('end.ts', ['4'], { OTEL_SDK_DISABLED: 'true' }), 'close');
    expect(code).to.equal(4);
    expect(receiver.spans).to.deep.equal([]);
  });

  it('ends at its deadline, with its exit code, while a collector does not answer', async () => {
    await using silent = await SilentCollector.start();
    // Longer than this test may take: without a deadline of its own the program would wait for the answer.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: silent.endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '600000', OTEL_METRICS_EXPORTER: 'none' };
    const ended = once(start('end.ts', ['5'], env), 'close');
    await silent.asked;
    expect(await ended).to.deep.equal([5, null]);
  });

  function start(program: string, args: readonly string[] = [], env: Record<string, string> = {}): ChildProcess {
    child = spawn(
      process.execPath,
      ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register', join(programs, program), ...args],
      {
        env: {
          ...process.env,
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    return child;
  }

  /** Resolves when the program writes this line; rejects when it ends before. */
  async function line(expected: string): Promise<void> {
    for await (const written of createInterface({ input: child!.stdout! })) if (written === expected) return;
    throw new Error(`The program ended before it wrote "${expected}": ${stderr}`);
  }
});

/** Takes what it is sent, and answers nothing. */
class SilentCollector implements AsyncDisposable {
  readonly endpoint: string;
  /** Resolves at the first connection. */
  readonly asked: Promise<unknown>;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.asked = once(server, 'connection');
  }

  static async start(): Promise<SilentCollector> {
    const server = createServer((socket) => void socket.resume().on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SilentCollector(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One trace: http client → http server → fetch → fastify's server. */
function expectServed(spans: readonly ReceivedSpan[]): void {
  const [root, ...rest] = spans.toSorted((a, b) => a.startTime - b.startTime);
  expect(new Set(spans.map(({ traceId }) => traceId)), formatTrace(spans)).to.have.property('size', 1);
  const path: (string | undefined)[] = [root?.kind];
  for (let parent = root, child = rest.shift(); child !== undefined; parent = child, child = rest.shift()) {
    expect(child.parentSpanId).to.equal(parent?.spanId);
    path.push(child.kind);
  }
  expect(path).to.deep.equal(['client', 'server', 'client', 'server']);
  expect(root?.serviceName).to.equal('@example/greeter');
}
