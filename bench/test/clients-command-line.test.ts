import { expect } from 'chai';
import { caseNames, clientNames, ways } from '../clients/cases.ts';
import { help, selectionOf } from '../clients/command-line.ts';

describe('the command line of the clients', () => {
  it('measures every client in five rounds on the embedded broker when nothing is said', () => {
    expect(selectionOf([])).to.deep.equal({
      isHelp: false,
      rounds: 5,
      minutes: 3,
      clients: clientNames,
      cases: caseNames,
      ways: ['bare', 'traced', 'subscribe'],
      broker: { kind: 'embedded' },
    });
  });

  it('measures the clients and the cases that --only names', () => {
    expect(selectionOf(['--only', 'platformatic', '--only', 'send-1'])).to.deep.include({ clients: ['platformatic'], cases: ['send-1'] });
    expect(selectionOf(['--only', 'consume'])).to.deep.include({ clients: clientNames, cases: ['consume'] });
  });

  it('measures the instrumentations of others when it is asked to', () => {
    expect(selectionOf(['--peers']).ways).to.deep.equal(ways);
  });

  it('takes one Kafka, its rounds and its minutes', () => {
    expect(selectionOf(['--brokers', 'a:1,b:2']).broker).to.deep.equal({ kind: 'brokers', at: 'a:1,b:2' });
    const { broker, rounds, minutes } = selectionOf(['--image', 'apache/kafka:4.4.0', '--rounds', '7', '--minutes', '0.5']);
    expect({ broker, rounds, minutes }).to.deep.equal({ broker: { kind: 'image', at: 'apache/kafka:4.4.0' }, rounds: 7, minutes: 0.5 });
    expect(() => selectionOf(['--brokers', 'a:1', '--image', 'b'])).to.throw('a run has one Kafka');
  });

  it('refuses names that it does not know, rounds without a median and a time that is none', () => {
    expect(() => selectionOf(['--only', 'librdkafka'])).to.throw('There is no client and no case "librdkafka"');
    expect(() => selectionOf(['--rounds', '4'])).to.throw('--rounds must be a whole number from 5');
    expect(() => selectionOf(['--minutes', '0'])).to.throw('--minutes must be a number above 0');
    expect(() => selectionOf(['--quick'])).to.throw('--quick');
  });

  it('lists every name in its help', () => {
    expect(selectionOf(['--help']).isHelp).to.equal(true);
    for (const name of [...clientNames, ...caseNames]) expect(help).to.include(name);
  });
});
