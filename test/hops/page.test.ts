import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { keptRuns } from './fixture.ts';
import { frameworks } from './frameworks/frameworks.ts';
import { rowsOf, pageFile, pageWith } from './page.ts';

describe('docs/does-my-trace-survive.md', () => {
  const page = readFileSync(pageFile, 'utf8');
  const fixtures = keptRuns.read();

  it('says what the kept runs say, with their versions and days', () => {
    expect(rowsOf(page)).to.equal(rowsOf(pageWith(page, fixtures.values())));
  });

  it('has a row of every framework, each of its settings and nothing else', () => {
    expect([...fixtures.keys()]).to.have.members(frameworks.map(({ name }) => name));
    for (const framework of frameworks) {
      const { name, title, settings } = framework;
      const fixture = fixtures.get(name);
      expect(fixture?.framework, name).to.equal(title);
      expect(fixture?.versions, name).to.deep.equal(framework.versions());
      expect(new Set(fixture?.journeys.map(({ setting }) => setting)).size, name).to.equal(settings.length);
    }
  });
});
