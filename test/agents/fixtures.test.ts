import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { expectedOf } from '../hops/expected.ts';
import { keptRuns, type Fixture, type Mode, type Records, type Run } from './fixture.ts';
import type { RawHeaders } from '../recorded/fixture-folder.ts';
import { table } from './table.ts';
import { contextsOn } from './wire.ts';
import { useRecordedRecords } from '../recorded/recorded-records.ts';

const fixtures = keptRuns.read();
const roles: readonly (keyof Records)[] = ['sent', 'subscribed', 'transactional'];
const nameOf = ({ agent }: Fixture, { setting, mode }: Run): string => `${agent}, ${setting}, ${mode}`;

/** The runs in which our SDK traced. */
function tracedRuns(...modes: Mode[]): { readonly name: string; readonly run: Run }[] {
  return [...fixtures.values()].flatMap((fixture) =>
    fixture.runs
      .filter(({ mode, seen }) => modes.includes(mode) && seen.spans.length > 0)
      .map((run) => ({ name: nameOf(fixture, run), run })),
  );
}

/** What our send span would write, for the judge of hops, who knows only what was sent. */
function oursAsSent({ seen }: Run, role: keyof Records): RawHeaders {
  const span = seen.spans.find(({ name }) => name === `send ${role}`);
  return span === undefined ? [] : [['b3', `${span.traceId}-${span.spanId}-1`]];
}

describe('a service beside an APM agent, as it ran', () => {
  it('is described by the tables of the docs', () => {
    const page = readFileSync(`${import.meta.dirname}/../../docs/beside-an-apm-agent.md`, 'utf8');
    const cells = (line: string): string =>
      line
        .split('|')
        .map((cell) => cell.trim().replace(/^-+$/, '---'))
        .join('|');
    const lines = page.split('\n').map(cells);
    for (const line of table(fixtures)) expect(lines, line).to.include(cells(line));
    for (const { versions, date } of fixtures.values())
      for (const text of [...Object.entries(versions).map(([name, version]) => `${name} ${version}`), date])
        expect(page.replaceAll(/\s+/g, ' ')).to.include(text);
  });

  it('handles every message, the failed one again where its handler is awaited, and says so where it is not', () => {
    for (const fixture of fixtures.values())
      for (const run of fixture.runs) {
        const { handled, awaited, warnings, rejections } = run.seen;
        const [order, told] = awaited ? [['first', 'failing', 'failing', 'last'], 0] : [['first', 'failing', 'last'], 1];
        expect(handled, nameOf(fixture, run)).to.deep.equal(order);
        expect(rejections, nameOf(fixture, run)).to.have.lengthOf(told);
        expect(
          warnings.filter((text) => text.includes('does not wait for it')),
          nameOf(fixture, run),
        ).to.have.lengthOf(told);
      }
  });

  it('leaves records to the agent where tracelink has no tracer provider', () => {
    const writing = new Set<string>();
    for (const fixture of fixtures.values())
      for (const run of fixture.runs.filter(({ mode, seen }) => mode === 'no SDK' && seen.traces.scope !== 'request'))
        for (const role of roles)
          for (const { owner } of contextsOn(run.records[role], run.seen.traces)) {
            expect(owner, nameOf(fixture, run)).to.equal('agent');
            writing.add(fixture.agent);
          }
    expect([...writing]).to.have.members(['Datadog', 'Elastic APM', 'Instana', 'New Relic', 'Sentry']);
  });

  it('writes records of one trace, ours, with agentContext withhold', () => {
    const runs = tracedRuns('withhold');
    expect(runs).to.have.length.above(5);
    for (const { name, run } of runs)
      for (const role of roles) {
        const contexts = contextsOn(run.records[role], run.seen.traces);
        expect(contexts, name).to.have.length.above(1);
        for (const { owner } of contexts) expect(owner, name).to.equal('ours');
      }
  });

  it('writes no context of ours with agentContext instead', () => {
    for (const { name, run } of tracedRuns('instead'))
      for (const role of roles)
        for (const { owner } of contextsOn(run.records[role], run.seen.traces)) expect(owner, name).to.not.equal('ours');
  });
});

describe('records that were written beside an APM agent', () => {
  const kept = tracedRuns('beside', 'withhold', 'instead').flatMap(({ name, run }) =>
    roles.map((role) => ({ name: `${name}, ${role}`, sent: oursAsSent(run, role), received: run.records[role] })),
  );
  const read = useRecordedRecords(kept.map(({ name, received }) => ({ name, headers: received })));

  for (const extract of [
    ['w3c', 'b3'],
    ['b3', 'w3c'],
  ] as const)
    it(`give our send as parent where we wrote, else the agent’s, and a link to every trace, read as ${extract.join(', then ')}`, async () => {
      const handled = await read(extract);
      expect(handled.size).to.equal(kept.length);
      for (const { name, sent, received } of kept) {
        const { parent, links } = expectedOf({ sent, received }, extract);
        const span = handled.get(name);
        expect(span?.parentSpanContext?.spanId, `parent: ${name}`).to.equal(parent?.spanId);
        expect(
          span?.links.map((link) => link.context.spanId),
          `links: ${name}`,
        ).to.have.members([...(parent === undefined ? [] : [parent]), ...links].map(({ spanId }) => spanId));
      }
    });
});
