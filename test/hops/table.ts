import { expectedOf } from './expected.ts';
import type { Fixture, Format, Hop, Journey } from './fixture.ts';

const formats: readonly Format[] = ['w3c', 'b3', 'both'];

/** A Markdown table: what each framework, in each of its settings, makes of a trace in each format, and of the rest of a record. */
export function table(fixtures: Iterable<Fixture>): string[] {
  return [
    '| framework | setting | W3C | B3 | both | key | other headers |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...[...fixtures].flatMap((fixture) =>
      [...new Set(fixture.journeys.map(({ setting }) => setting))].map((setting) => rowOf(fixture, setting)),
    ),
  ];
}

/** A Markdown table: of what each framework was made, and when it ran. */
export function versionTable(fixtures: Iterable<Fixture>): string[] {
  return [
    '| framework | versions | broker | day |',
    '| --- | --- | --- | --- |',
    ...[...fixtures].map(({ framework, versions, broker, date }) => {
      const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      return line([framework, named.join(', '), broker, date]);
    }),
  ];
}

function rowOf(fixture: Fixture, setting: string): string {
  const journeys = fixture.journeys.filter((each) => each.setting === setting);
  const outcomes = formats.map((format) => outcomesOf(journeys.filter((each) => each.format === format)));
  // Of the first hop: a key or a header that was lost there is not sent again.
  const first = journeys.flatMap(({ hops }) => hops.slice(0, 1));
  return line([
    fixture.framework,
    setting.includes('=') ? `\`${setting}\`` : setting,
    ...outcomes,
    once(first.map(({ keepsKey = false }) => (keepsKey ? 'kept' : 'lost'))).join(' or '),
    once(first.map(headerWord)).join(' or '),
  ]);
}

function outcomesOf(journeys: readonly Journey[]): string {
  return once(journeys.flatMap(({ hops }) => hops.map((hop) => expectedOf(hop, ['w3c', 'b3']).outcome))).join(', then ');
}

/** What became of the header of the application's. */
function headerWord({ sent, received = [] }: Hop): string {
  const [before, after] = [sent, received].map((headers) => headers.find(([name]) => name === 'tenant')?.[1]);
  if (after === undefined) return 'lost';
  return after === before ? 'kept' : 'changed';
}

function once(words: readonly string[]): string[] {
  return [...new Set(words)];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
