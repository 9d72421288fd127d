// Exchanges contexts with tracers of other languages and keeps what they wrote and read: see README.md.
import { onlyOf, type Selection } from '../recorded/only.ts';
import { casesToRead, casesToWrite, headersOf } from './cases.ts';
import { keptRuns, type Fixture } from './fixture.ts';
import { writePage } from './page.ts';
import { answersOf, readBy, readJob, writeJob, writtenBy } from './jobs.ts';
import { cellsOf, table } from './table.ts';
import { tracers, type Tracer } from './tracers.ts';

const usage = `npm run test:interop -- [--only <tracer>]...

Has tracers of other languages write contexts that tracelink reads, and read what tracelink writes, by their own libraries. What they wrote
and read goes to test/interop/fixtures, the counts to stdout. A tracer whose tools are absent is skipped by name. Exit code 0 when in all
others every context arrived, 1 when one did not.

  --only <tracer>   one of those below; may be repeated
  --help            this text

tracers:
${tracers.map(({ name, title, needs }) => `  ${name.padEnd(12)}  ${title}; needs ${needs}\n`).join('')}`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let selection: Selection<Tracer>;
try {
  selection = onlyOf(process.argv.slice(2), tracers, 'tracer');
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
if (selection.help) process.stdout.write(usage);
else process.exitCode = await main(selection.chosen);

async function main(chosen: readonly Tracer[]): Promise<number> {
  const fixtures: Fixture[] = [];
  const missed: string[] = [];
  for (const tracer of chosen) {
    say(`${tracer.name}: installing`);
    const command = await tracer.install().catch((error: unknown) => {
      missed.push(`skipped: ${tracer.name}: ${error instanceof Error ? error.message : String(error)}; it needs ${tracer.needs}`);
    });
    if (command === undefined) continue;
    say(`${tracer.name}: running`);
    const toWrite = casesToWrite(tracer);
    const toRead = casesToRead(tracer).map((wanted) => ({ wanted, headers: headersOf(wanted, tracer) }));
    const answers = await answersOf(command, [
      ...toWrite.map(writeJob),
      ...toRead.map(({ wanted, headers }) => readJob(wanted.format, headers)),
    ]);
    const fixture: Fixture = {
      tracer: tracer.title,
      versions: tracer.versions(),
      date: new Date().toISOString().slice(0, 10),
      written: toWrite.map((wanted, index) => ({ wanted, ...writtenBy(answers[index] ?? '') })),
      read: toRead.map((each, index) => {
        const named = readBy(answers[toWrite.length + index] ?? '');
        return named === undefined ? each : { ...each, named };
      }),
    };
    keptRuns.write(tracer.name, fixture);
    fixtures.push(fixture);
  }
  if (fixtures.length > 0) writePage(keptRuns.read().values());
  const wrong = fixtures.flatMap((fixture) =>
    cellsOf(fixture).filter(({ wrong: why, excused }) => why !== undefined && excused === undefined),
  );
  const lines = wrong.map(
    ({ tracer, direction, wanted, wrong: why }) => `WRONG: ${tracer}, ${direction} ${JSON.stringify(wanted)}: ${why}`,
  );
  process.stdout.write(`${[...table(fixtures), ...missed, ...lines].join('\n')}\n`);
  return wrong.length === 0 ? 0 : 1;
}
