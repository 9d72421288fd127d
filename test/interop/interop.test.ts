import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { rowsOf } from '../hops/page.ts';
import type { RawHeaders } from '../recorded/fixture-folder.ts';
import { casesToRead, casesToWrite, headersOf } from './cases.ts';
import { keptRuns } from './fixture.ts';
import { pageFile, pageWith } from './page.ts';
import { cellsOf } from './table.ts';
import { tracers } from './tracers.ts';

const fixtures = keptRuns.read();
/** Without tracelink's own, of which one has the time. */
const ofTheFormat = (headers: RawHeaders): RawHeaders => headers.filter(([name]) => !name.startsWith('tracelink-'));

describe('contexts exchanged with tracers of other languages, as they were', () => {
  for (const tracer of tracers) {
    const fixture = fixtures.get(tracer.name);

    it(`are all that ${tracer.title} can say, in the versions that are pinned`, () => {
      expect(fixture?.versions).to.deep.equal(tracer.versions());
      expect(fixture?.written.map(({ wanted }) => wanted)).to.deep.equal(casesToWrite(tracer));
      expect(fixture?.read.map(({ wanted }) => wanted)).to.deep.equal(casesToRead(tracer));
    });

    it(`of ${tracer.title} are read as it named them, and were read as they are written, but for what it does otherwise`, () => {
      const cells = fixture === undefined ? [] : cellsOf(fixture);
      expect(cells).to.have.length.above(30);
      for (const { direction, wanted, wrong, excused } of cells) {
        const message = `${direction} ${JSON.stringify(wanted)}`;
        if (excused === undefined) expect(wrong, message).to.equal(undefined);
        else expect(wrong, `${message}: ${excused}`).to.be.a('string');
      }
    });

    it(`that ${tracer.title} read are written so today`, () => {
      for (const { wanted, headers } of fixture?.read ?? [])
        expect(ofTheFormat(headersOf(wanted, tracer)), JSON.stringify(wanted)).to.deep.equal(ofTheFormat(headers));
    });
  }

  it('are counted in docs/headers.md', () => {
    const page = readFileSync(pageFile, 'utf8');
    const told = pageWith(page, fixtures.values());
    expect(rowsOf(page)).to.equal(rowsOf(told));
    for (const line of told.split('\n').filter((each) => each.includes('arrive as they were'))) expect(page).to.include(line);
    expect([...fixtures.keys()]).to.have.members(tracers.map(({ name }) => name));
  });
});
