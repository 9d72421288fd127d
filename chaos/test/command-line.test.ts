import { expect } from 'chai';
import { selectionOf, usage } from '../command-line.ts';
import { clients } from '../members/clients/clients.ts';
import { mutants } from '../members/mutants.ts';
import { rows } from '../rows.ts';

describe('the command line of chaos', () => {
  const names = (...argv: string[]): string[] => selectionOf(argv, rows).rows.map(({ name }) => name);

  it('causes every fault when there is no option', () => {
    expect(selectionOf([], rows)).to.deep.equal({ help: false, rows, mutant: undefined, clients: ['kafkajs'] });
  });

  it('causes the faults that --only names, and takes --only twice', () => {
    expect(names('--only', 'poison-flood', '--only', 'none')).to.have.members(['none', 'poison-flood']);
  });

  it('runs each mutant in the row that finds it, unless --only names another', () => {
    for (const [mutant, { row }] of Object.entries(mutants)) expect(names('--mutant', mutant)).to.deep.equal([row]);
    expect(names('--mutant', 'commit-first', '--only', 'none')).to.deep.equal(['none']);
  });

  it('takes the clients of the members, one or several', () => {
    const clientsOf = (...argv: string[]): readonly string[] => selectionOf(argv, rows).clients;
    expect(clientsOf('--client', 'platformatic')).to.deep.equal(['platformatic']);
    expect(clientsOf('--client', 'platformatic', '--client', 'kafkajs')).to.deep.equal(['platformatic', 'kafkajs']);
    expect(() => names('--client', 'confluent', '--mutant', 'commit-first')).to.throw('No member on @confluentinc/kafka-javascript');
    expect(() => names('--client', 'franz')).to.throw('There is no client "franz"');
  });

  it('rejects unknown names and options', () => {
    expect(() => names('--only', 'earthquake')).to.throw('There is no row "earthquake"');
    expect(() => names('--mutant', 'toString')).to.throw('There is no mutant "toString"');
    expect(() => names('--fast')).to.throw('--fast');
  });

  it('lists every name once in its help', () => {
    const listed = usage(rows);
    for (const name of [...rows.map((row) => row.name), ...Object.keys(clients), ...Object.keys(mutants)])
      expect(listed.split(`  ${name} `), name).to.have.length(2);
  });
});
