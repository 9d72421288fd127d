import { expect } from 'chai';
import { healthyWays, planted } from './plants/sent.ts';
import { keptSenders } from './senders/fixture.ts';
import { senders } from './senders/senders.ts';

describe('the records of senders', () => {
  const kept = keptSenders.read();

  it('are kept for all of them in all of their ways, in the versions that the programs name', () => {
    expect([...kept.keys()]).to.have.members(senders.map(({ name }) => name));
    for (const sender of senders) {
      const fixture = kept.get(sender.name);
      expect(fixture).to.deep.include({ sender: sender.title, versions: sender.versions() });
      expect(fixture?.runs.map(({ way }) => way)).to.deep.equal(Object.keys(sender.ways));
    }
  });

  it('are each healthy or a planted fault', () => {
    const looked = [...healthyWays, ...planted].map((which) => which.join(', '));
    const ways = senders.flatMap(({ name, ways: all }) => Object.keys(all).map((way) => `${name}, ${way}`));
    expect(ways.filter((way) => !looked.includes(way))).to.deep.equal([]);
  });
});
