import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OtlpReceiver, traceTree, type KafkaUnderTest, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { skipped } from '../../clients/support/skipped.ts';

/** How a program is started. */
export interface Start {
  /** In their order: modules for `--import`. */
  readonly imports: readonly string[];
  /** Arguments of Node that come before. */
  readonly flags?: readonly string[];
  /** Of the program, behind its brokers and topics. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What became of one that ran to its end. */
export interface Ran {
  /** All that it exported, in the order of their arrival. */
  readonly spans: readonly ReceivedSpan[];
  readonly output: string;
}

/**
 * Runs programs that know nothing of tracing, on topics of their own, with a collector of their own.
 *
 * @param folder where they are
 */
export class Programs {
  readonly #kafka: KafkaUnderTest;
  readonly #folder: string;
  readonly #flags: readonly string[];

  /**
   * @param flags by which Node finds the packages. @default their sources
   */
  constructor(
    kafka: KafkaUnderTest,
    folder: string = join(import.meta.dirname, '../programs'),
    flags: readonly string[] = ['--conditions=@tracelink/source'],
  ) {
    this.#kafka = kafka;
    this.#folder = folder;
    this.#flags = flags;
  }

  /**
   * Places one order in a shop and waits for the shop's end, which comes when the order is through.
   *
   * @param names what its topics are called in the text of its spans, which is returned
   */
  async order(
    program: string,
    start: Start,
    names: readonly string[] = ['placed', 'packed'],
  ): Promise<{ readonly tree: string; readonly topics: readonly string[] } & Ran> {
    const topics = await Promise.all(names.map(() => this.#kafka.createTopic({ partitions: 1 })));
    const { spans, output } = await this.#run(program, topics, start, async (child) => {
      const [port] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
      const answer = await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST' });
      expect(await answer.text()).to.equal('placed');
    });
    const tree = names.reduce((text, name, index) => text.replaceAll(topics[index] ?? '', name), traceTree(spans));
    return { tree, topics, spans, output };
  }

  /** Runs a program that ends by itself. @returns the spans on its topic, and on those named after it */
  async run(program: string, start: Start): Promise<{ readonly topic: string } & Ran> {
    const topic = await this.#kafka.createTopic({ partitions: 1 });
    const { spans, output } = await this.#run(program, [topic], start);
    return { topic, spans: spans.filter(({ name }) => name.includes(topic)), output };
  }

  async #run(
    program: string,
    topics: readonly string[],
    { imports, flags = [], args: more = [], env = {} }: Start,
    use: (child: ChildProcess) => Promise<void> = async () => {},
  ): Promise<Ran> {
    await using receiver = await OtlpReceiver.start();
    const args = [...flags, ...imports.flatMap((name) => ['--import', name])];
    args.push(join(this.#folder, program), this.#kafka.brokers.join(','), ...topics, ...more);
    const child = spawn(process.execPath, [...this.#flags, '--disable-warning=TimeoutNegativeWarning', ...args], {
      // Where `--import` looks for packages.
      cwd: this.#folder,
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_SERVICE_NAME: 'shop',
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    const closed = once(child, 'close');
    try {
      await Promise.race([use(child), closed.then(() => {})]);
      const [code] = await closed;
      expect(code, output).to.equal(0);
      return { spans: [...receiver.spans], output };
    } finally {
      child.kill('SIGKILL');
    }
  }
}

/** Whether a library can be loaded; one that cannot is named at the end of the run. */
export function isInstalled(library: string): boolean {
  try {
    createRequire(import.meta.url)(library);
    return true;
  } catch (error) {
    skipped(`@tracelink/register with ${library}`, error);
    return false;
  }
}
