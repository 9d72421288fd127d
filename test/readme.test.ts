import { spawn, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { kafkaUnderTest, OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../demo/postgres/embedded-postgres.ts';
import { installedConfluent } from './clients-contract/support/engine-clients.ts';
import { codeBlocks } from './code-blocks.ts';

// A block may take this long, its own imports and the broker's group joins included.
const limit = 30_000;
const folder = '.readme';

const pages = ['README.md', ...globSync(['packages/*/README.md', 'docs/**/*.md']).sort()];
const blocks = pages.flatMap((file) => codeBlocks(readFileSync(file, 'utf8')).map((block) => ({ ...block, file })));
const register = '--import @tracelink/sdk/register';
/** Whether a page says to start its programs with tracing, which the program does not start itself. */
const isTraced = ({ file, text }: (typeof blocks)[number]): boolean =>
  !/startTracing\(|new TracerProvider\(/.test(text) &&
  blocks.some((other) => other.file === file && other.info === 'sh' && other.text.includes(`node ${register}`));
const commands = blocks.filter(({ info }) => info === 'sh').map((block) => ({ ...block, text: block.text.replaceAll(/#.*$/gm, '') }));
/** Whether a reader of the page has nothing installed yet; who reads another has been on one of these. */
const isFirst = ({ file }: { file: string }): boolean => !file.startsWith('docs/') || file === 'docs/getting-started.md';
const programs = blocks
  .filter((block) => block.info === 'ts')
  .map((block) => ({
    ...block,
    program: `${folder}/${block.file.replaceAll(/[^a-z]+/gi, '-')}-${block.line}.ts`,
    imported: isTraced(block) ? register.split(' ') : [],
  }));
// As the suites of the clients do; `.ci/run` installs it.
const runnable = programs.filter(({ text }) => installedConfluent.length > 0 || !text.includes(`from '@confluentinc/`));
const created = programs
  .flatMap(({ text }) => [...text.matchAll(/createTopics\(.*/g)])
  .flatMap(([asked]) => [...asked.matchAll(/topic: '([^']+)'/g)].map(([, topic = '']) => topic));

describe('the READMEs and the pages of docs', () => {
  let postgres: EmbeddedPostgres;
  let receiver: OtlpReceiver;
  before(async () => {
    postgres = await startEmbeddedPostgres();
    receiver = await OtlpReceiver.start();
  });
  after(() => Promise.all([postgres.stop(), receiver.stop()]));
  before('create the topics that they create: kafkajs rejects where a broker has not heard of a topic that is new', async () => {
    await using kafka = await kafkaUnderTest();
    expect(created).to.not.be.empty;
    for (const topic of created) await kafka.createTopic({ topic });
  });
  before(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const { program, text } of runnable) writeFileSync(program, `${text}\nexport {};\n`);
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../tsconfig.check.json', include: ['*.ts'] }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('mark every program as ts, which is what is run', () => {
    const others = blocks.filter(({ info }) => /^(ts\b.+|typescript|js|javascript|mjs)/.test(info));
    expect(others.map(({ file, line, info }) => `${file}:${line} is marked ${info}`)).to.deep.equal([]);
    expect(programs).to.not.be.empty;
  });

  it('hold programs whose types are right', () => {
    const check = spawnSync('tsc', ['-p', folder], { encoding: 'utf8' });
    expect(check.error, 'tsc is started by npm, which knows where it is').to.equal(undefined);
    expect(check.stdout).to.equal('');
    expect(check.status).to.equal(0);
  });

  it('start what they trace with register', () => {
    const tracing = [...new Set(programs.filter(({ text }) => /@tracelink\/(?:kafka|context)\b/.test(text)).map(({ file }) => file))];
    const readmes = tracing.filter((file) => file.endsWith('README.md'));
    expect(readmes).to.include.members(['README.md', 'packages/context/README.md', 'packages/kafka/README.md']);
    for (const file of readmes)
      expect(programs.find((program) => program.file === file)?.imported, file).to.deep.equal(register.split(' '));
  });

  for (const { file, line, program, imported } of runnable) {
    it(`run the program of ${file}:${line} to its end`, async () => {
      const before = receiver.spans.length;
      const outcome = await run([...imported, resolve(program)], new URL(postgres.url), receiver.endpoint);
      expect(outcome.code, `${file}:${line} ${outcome.how}\n${outcome.output}`).to.equal(0);
      expect(outcome.output, file).to.not.include('TRACELINK_');
      if (file === 'README.md' && before === 0) {
        const sent = receiver.spans.find(({ name }) => name === 'send orders.placed');
        const processed = receiver.spans.filter(({ name }) => name === 'process orders.placed');
        expect(sent?.spanId).to.be.a('string');
        expect(processed.map(({ parentSpanId }) => parentSpanId)).to.include(sent?.spanId);
      }
    }).timeout(limit + 5_000);
  }

  it('have installed what a program of a first page imports', () => {
    const missing = programs.filter(isFirst).flatMap(({ file, line, text }) => {
      const installed = commands
        .filter((block) => block.file === file && block.line < line)
        .flatMap((block) => [...block.text.matchAll(/\bnpm install +(.+)/g)].flatMap(([, names = '']) => names.trim().split(/ +/)))
        .map((name) => name.replace(/(?<=.)@.*/, ''));
      const imported = [...text.matchAll(/\bfrom '(node:|(?:@[\w-]+\/)?[\w-]+)/g)].map(([, name = '']) => name);
      return imported.filter((name) => name !== 'node:' && !installed.includes(name)).map((name) => `${file}:${line} ${name}`);
    });
    expect(missing).to.deep.equal([]);
  });

  it('set the variables that a program of a first page needs', () => {
    const missing = programs.filter(isFirst).flatMap(({ file, line, text }) => {
      const needed = [...text.matchAll(/process\.env(?:\.|\[')(\w+)(?:'\])?!/g)].map(([, name = '']) => name);
      const set = commands.filter((block) => block.file === file).map((block) => block.text);
      return needed.filter((name) => !set.some((block) => block.includes(`${name}=`))).map((name) => `${file}:${line} ${name}`);
    });
    expect(missing).to.deep.equal([]);
  });

  it('export a variable that is not on the line of its command', () => {
    const lost = commands.flatMap(({ file, line, text }) =>
      text.split('\n').flatMap((row) => (/^\s*(?:[A-Z]\w*=\S*\s*)+$/.test(row) ? [`${file}:${line} ${row}`] : [])),
    );
    expect(lost).to.deep.equal([]);
  });

  it('lead to containers of which none is left out: what starts the studio is followed and stopped with it', () => {
    for (const target of ['logs', 'down']) {
      const { stdout } = spawnSync('make', ['-n', target], { encoding: 'utf8' });
      expect(stdout, target).to.include('--profile studio');
    }
  });

  it('lead to examples that run by npm test or npm start, but for the one that needs a registry', () => {
    const without = globSync('examples/*/package.json').filter((file) => {
      const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly scripts?: { readonly test?: string; readonly start?: string };
      };
      return (scripts?.test ?? scripts?.start) === undefined;
    });
    expect(without).to.deep.equal(['examples/schema-registry/package.json']);
  });

  it('name only verbs that make and npm know', () => {
    const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts);
    const targets = [...readFileSync('Makefile', 'utf8').matchAll(/^([a-z0-9]+):.*## /gm)].map(([, target]) => target);
    const unknown = commands.flatMap(({ file, line, text }) => {
      const verbs = [...text.matchAll(/\bmake +([a-z0-9]+)/g)].filter(([, verb]) => !targets.includes(verb));
      const runs = [...text.matchAll(/\bnpm run +([\w:-]+)/g)].filter(([, script]) => script === undefined || !scripts.includes(script));
      return [...verbs, ...runs].map(([command]) => `${file}:${line} ${command}`);
    });
    expect(unknown).to.deep.equal([]);
  });
});

/**
 * Runs a program on the sources, as its reader would on the published packages, with a collector; its broker is the one of this test run, and `pg`
 * finds its database.
 */
async function run(
  args: readonly string[],
  database: URL,
  collector: string,
): Promise<{ code: number | null; how: string; output: string }> {
  const child = spawn(process.execPath, ['--conditions=@tracelink/source', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      PGHOST: database.hostname,
      PGPORT: database.port,
      PGUSER: database.username,
      PGDATABASE: 'postgres',
    },
    signal: AbortSignal.timeout(limit),
    killSignal: 'SIGKILL',
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  let aborted = false;
  child.on('error', () => (aborted = true));
  const closed = Promise.withResolvers<number | null>();
  child.on('close', (code) => closed.resolve(code));
  const code = await closed.promise;
  return { code, how: aborted ? `did not end within ${limit / 1000} s` : `ended with exit code ${code}`, output: output.join('') };
}
