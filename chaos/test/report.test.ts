import { expect } from 'chai';
import type { Outcome } from '../judge/ledger.ts';
import { isSound, report } from '../report.ts';

const sound: Outcome = {
  sent: 900,
  handled: 855,
  repeated: 7,
  deadLettered: 45,
  excused: 0,
  lost: 0,
  outOfOrder: 0,
  overtaken: 0,
  needless: 0,
  openSpans: 0,
  violations: [],
};
const lastLine = (text: string): string | undefined => text.split('\n').at(-1);

describe('the report of the faults', () => {
  it('has one row per fault, then what was wrong, and the number of lost messages on its last line', () => {
    const bad = { ...sound, lost: 2, violations: ['message 4 started before 3 was done'] };
    const text = report([
      { name: 'none', client: 'kafkajs', seconds: 1.4, outcome: sound },
      { name: 'broker-killed', client: 'kafkajs', seconds: 20, outcome: bad },
      { name: 'rebalance', client: 'kafkajs', seconds: 20, outcome: { ...bad, violations: [] } },
    ]);
    const [titles, ...lines] = text.split('\n').map((line) => line.split(/ {2,}/));
    expect(titles?.slice(0, 7)).to.deep.equal(['fault', 'client', 'sent', 'handled', 'repeated', 'dead-lettered', 'excused']);
    expect(lines[0]).to.deep.equal(['none', 'kafkajs', '900', '855', '7', '45', '0', '0', '0', '0', '0', '1']);
    expect(text).to.include('broker-killed on kafkajs: message 4 started before 3 was done');
    expect(lastLine(text)).to.equal('lost 4');
  });

  it('reports an unknown number of lost messages when a fault did not end', () => {
    expect(lastLine(report([{ name: 'none', client: 'kafkajs', seconds: 1, outcome: sound }], { broken: 'broker-killed' }))).to.equal(
      'lost: unknown, as "broker-killed" did not end',
    );
  });

  it('names skipped rows with the reason, without an error', () => {
    const text = report([{ name: 'none', client: 'kafkajs', seconds: 1, outcome: sound }], {
      skipped: ['mirror-failover: skipped: there is no Maven here'],
    });
    expect(text.split('\n').slice(-2)).to.deep.equal(['mirror-failover: skipped: there is no Maven here', 'lost 0']);
  });

  it('is sound only when there is no violation', () => {
    expect(isSound(sound)).to.equal(true);
    for (const wrong of [{ lost: 1 }, { outOfOrder: 1 }, { overtaken: 1 }, { openSpans: 1 }, { violations: ['what a row expected'] }])
      expect(isSound({ ...sound, ...wrong }), JSON.stringify(wrong)).to.equal(false);
  });
});
