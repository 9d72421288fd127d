import { expectedOf } from './expected.ts';
import type { Fixture, Format, Journey } from './fixture.ts';

const formats: readonly Format[] = ['w3c', 'b3', 'both'];

/** A Markdown table: what each framework, in each of its settings, makes of a trace in each format. */
export function table(fixtures: ReadonlyMap<string, Fixture>): string[] {
  const rows = [...fixtures.values()].flatMap((fixture) =>
    [...new Set(fixture.journeys.map(({ setting }) => setting))].map((setting) => rowOf(fixture, setting)),
  );
  return ['| framework | setting | W3C | B3 | both |', '| --- | --- | --- | --- | --- |', ...rows];
}

function rowOf(fixture: Fixture, setting: string): string {
  const cells = formats.map((format) => {
    const journey = fixture.journeys.find((each) => each.setting === setting && each.format === format);
    return journey === undefined ? '' : outcomesOf(journey);
  });
  return `| ${[fixture.framework, setting, ...cells].join(' | ')} |`;
}

/** Of both hops, once where they are the same. */
function outcomesOf({ hops }: Journey): string {
  return [...new Set(hops.map((hop) => expectedOf(hop, ['w3c', 'b3']).outcome))].join(', then ');
}
