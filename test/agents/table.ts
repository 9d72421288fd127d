import type { Fixture, Mode, Run } from './fixture.ts';
import type { RawHeaders } from '../recorded/fixture-folder.ts';
import { contextsOn, isSameTrace, type Owner } from './wire.ts';

const modes: readonly Mode[] = ['no SDK', 'beside', 'withhold', 'instead'];
const owners: readonly [Owner, string][] = [
  ['ours', 'ours'],
  ['agent', 'agent’s'],
  ['one', 'of both'],
  ['another', 'of another trace'],
];

/** Two Markdown tables: whose contexts are in a record, and what becomes of spans, baggage and handlers. */
export function table(fixtures: ReadonlyMap<string, Fixture>): string[] {
  return [...wireTable(fixtures), '', ...processTable(fixtures)];
}

/** What is on the wire, for each way in which tracelink runs there. */
function wireTable(fixtures: ReadonlyMap<string, Fixture>): string[] {
  const row = (fixture: Fixture, runs: ReadonlyMap<Mode, Run>): string[] => modes.map((mode) => wireCell(runs.get(mode)));
  return tableOf(['no SDK of ours', '`beside`', '`withhold`', '`instead`'], fixtures, row);
}

/** What happens in the process, with both tracing. */
function processTable(fixtures: ReadonlyMap<string, Fixture>): string[] {
  const row = (fixture: Fixture, runs: ReadonlyMap<Mode, Run>): string[] => {
    const run = runs.get('beside');
    if (run === undefined) return [];
    const { seen } = run;
    const withheld = runs.get('withhold');
    return [
      ourSpans(run),
      agentsTrace(run, seen.eachMessage.agent),
      withheld === undefined ? '' : agentsTrace(withheld, withheld.seen.eachMessage.agent),
      agentsTrace(run, seen.subscribe.agent),
      keepsBaggage(run),
      withheld === undefined ? '' : keepsBaggage(withheld),
      seen.awaited ? 'yes' : '**no**',
    ];
  };
  const columns = [
    'our spans',
    'agent’s trace in `wrapConsumer`',
    'and with `withhold`',
    'agent’s trace in `subscribe`',
    'our baggage',
    'and with `withhold`',
    'handlers awaited',
  ];
  return tableOf(columns, fixtures, row);
}

function tableOf(
  columns: readonly string[],
  fixtures: ReadonlyMap<string, Fixture>,
  row: (fixture: Fixture, runs: ReadonlyMap<Mode, Run>) => string[],
): string[] {
  const rows = [...fixtures.values()].flatMap((fixture) =>
    [...new Set(fixture.runs.map(({ setting }) => setting))].map((setting) => {
      const ofSetting = fixture.runs.filter((run) => run.setting === setting);
      const cells = row(fixture, new Map(ofSetting.map((run) => [run.mode, run])));
      return [fixture.agent, setting === 'as it comes' ? setting : `\`${setting.replaceAll(' ', '` `')}\``, ...cells];
    }),
  );
  const all = ['agent', 'setting', ...columns];
  return [all, all.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function wireCell(run: Run | undefined): string {
  if (run === undefined) return '';
  const [sent, transactional] = [run.records.sent, run.records.transactional].map((headers) => writers(headers, run));
  return sent === transactional ? (sent ?? '') : `${sent}; in a transaction ${transactional}`;
}

function writers(headers: RawHeaders, { seen }: Run): string {
  // The origin goes with our context.
  const found = contextsOn(headers, seen.traces).filter(({ header }) => header !== 'tracelink-origin');
  const parts = owners.flatMap(([owner, words]) => {
    const named = found.filter((each) => each.owner === owner).map(({ header }) => `\`${header}\``);
    return named.length === 0 ? [] : [`${words} ${named.join(', ')}`];
  });
  return parts.length === 0 ? 'none' : parts.join(' + ');
}

/** Spans that our SDK did not get may be another one's. */
function ourSpans({ seen }: Run): string {
  if (seen.spans.length > 0) return 'yes';
  return seen.eachMessage.scope === '@tracelink/kafka' ? 'yes, by the agent’s SDK' : 'no';
}

function keepsBaggage({ seen }: Run): string {
  return seen.eachMessage.baggage.includes('tenant') ? 'kept' : 'lost';
}

function agentsTrace({ seen }: Run, found: string | undefined): string {
  if (found === undefined) return 'none';
  if (isSameTrace(found, seen.traces.agent)) return isSameTrace(found, seen.traces.ours) ? 'the one of both' : 'goes on';
  return isSameTrace(found, seen.traces.ours) ? 'ours' : 'a new one';
}
