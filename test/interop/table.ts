import type { Case, Format } from './cases.ts';
import type { Fixture } from './fixture.ts';
import { wrongWithOurs, wrongWithTheirs } from './judge.ts';
import { tracers } from './tracers.ts';

/** One context that went one way. */
export interface Cell {
  readonly tracer: string;
  /** What the tracer did. */
  readonly direction: 'write' | 'read';
  readonly wanted: Case;
  /** How it arrived otherwise. */
  readonly wrong: string | undefined;
  /** Why that is the tracer's way. */
  readonly excused: string | undefined;
}

/** Each context of a run, judged by this checkout. */
export function cellsOf({ tracer, written, read }: Fixture): Cell[] {
  const known = tracers.find(({ title }) => title === tracer);
  return [
    ...written.map(({ wanted, named, headers }) => ({
      tracer,
      direction: 'write' as const,
      wanted,
      wrong: wrongWithOurs(wanted, named, headers),
      excused: known?.differs?.('write', wanted),
    })),
    ...read.map(({ wanted, named }) => ({
      tracer,
      direction: 'read' as const,
      wanted,
      wrong: wrongWithTheirs(wanted, named),
      excused: known?.differs?.('read', wanted),
    })),
  ];
}

const formats: readonly Format[] = ['w3c', 'b3', 'b3multi', 'jaeger'];

/** A Markdown table: of the contexts that each tracer wrote, or read, in each format, how many arrived. */
export function table(fixtures: Iterable<Fixture>): string[] {
  const runs = [...fixtures].map((fixture) => ({ fixture, cells: cellsOf(fixture) }));
  const all = runs.flatMap(({ cells }) => cells);
  const differing = [
    ...new Set(
      all.flatMap(({ tracer, wrong, excused }) => (wrong !== undefined && excused !== undefined ? [`${tracer}: ${excused}`] : [])),
    ),
  ];
  return [
    '| tracer | versions | it writes, tracelink reads | tracelink writes, it reads |',
    '| --- | --- | --- | --- |',
    ...runs.map(({ fixture, cells }) => {
      const versions = Object.entries(fixture.versions).map(([name, version]) => `${name} ${version}`);
      const counts = (['write', 'read'] as const).map((direction) =>
        formats.flatMap((format) =>
          countOf(
            cells.filter((cell) => cell.direction === direction && cell.wanted.format === format),
            format,
          ),
        ),
      );
      return `| ${[fixture.tracer, versions.join(', '), ...counts.map((each) => each.join(', '))].join(' | ')} |`;
    }),
    `| **all** | | **${arrived(all.filter(({ direction }) => direction === 'write'))}** | **${arrived(all.filter(({ direction }) => direction === 'read'))}** |`,
    '',
    `Of ${all.length} contexts ${all.filter(({ wrong }) => wrong === undefined).length} arrive as they were.`,
    ...differing.map((text) => `- ${text}`),
  ];
}

function countOf(cells: readonly Cell[], format: Format): string[] {
  return cells.length === 0 ? [] : [`\`${format}\` ${arrived(cells)}`];
}

function arrived(cells: readonly Cell[]): string {
  return `${cells.filter(({ wrong }) => wrong === undefined).length} of ${cells.length}`;
}
