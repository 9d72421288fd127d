import { expect } from 'chai';
import type { CaseName, ClientName, Way } from '../clients/cases.ts';
import { seriesOf, turnsOf, type Round } from '../clients/rounds.ts';
import { tableOf } from '../clients/table.ts';

describe('rounds of the clients', () => {
  it('go through each client in each chosen way that a case has, and every other one backwards', () => {
    const chosen = ['bare', 'traced', 'subscribe'] as const;
    const turns = turnsOf(0, ['kafkajs', 'platformatic'], ['send-1', 'forward'], chosen);
    expect(turns.map((turn) => [turn.case, turn.client, turn.way])).to.deep.equal([
      ['send-1', 'kafkajs', 'bare'],
      ['send-1', 'kafkajs', 'traced'],
      ['send-1', 'platformatic', 'bare'],
      ['send-1', 'platformatic', 'traced'],
      ['forward', 'kafkajs', 'subscribe'],
      ['forward', 'platformatic', 'subscribe'],
    ]);
    expect(turnsOf(1, ['kafkajs', 'platformatic'], ['send-1', 'forward'], chosen)).to.deep.equal(turns.toReversed());
  });

  it('give no row to what a client cannot do', () => {
    const round: Round = [{ case: 'consume', client: 'confluent', way: 'subscribe', cost: undefined }];
    expect(seriesOf([round, round])).to.deep.equal([]);
  });
});

describe('the table of the clients', () => {
  const turn = (client: ClientName, way: Way, name: CaseName, cpu: number, rate: number): Round[number] => ({
    case: name,
    client,
    way,
    // A thread of the client's library takes as much again as the main thread.
    cost: { cpu, main: cpu / 2, rate },
  });
  const lines = (rounds: readonly Round[]): readonly string[] => tableOf(seriesOf(rounds)).split('\n').slice(2);

  it('has the medians of the rounds, and the medians of the ratios of each round', () => {
    // The machine is ten times as slow in the last round: the ratios of the medians would be 4 and 0.5.
    const rounds = [
      [turn('kafkajs', 'bare', 'send-1', 10, 1_000), turn('kafkajs', 'traced', 'send-1', 20, 500)],
      [turn('kafkajs', 'traced', 'send-1', 40, 500), turn('kafkajs', 'bare', 'send-1', 20, 2_000)],
      [turn('kafkajs', 'bare', 'send-1', 100, 100), turn('kafkajs', 'traced', 'send-1', 200, 50)],
    ];
    expect(lines(rounds)).to.deep.equal([
      '| send of 1 | kafkajs | bare | 20.0 | 10.0 | 1,000 |  |  |  |  |',
      '| send of 1 | kafkajs | traced | 40.0 | 20.0 | 500 | 2.00 | 0.50 |  |  |',
      '',
    ]);
  });

  it('compares what tracelink adds with what another instrumentation adds, and says whether the goals are met', () => {
    // What was added has the medians 6 and 10; of the rounds' own ratios, 0.6, 0.5 and 0.2, the median is 0.5.
    const round = (name: CaseName, bare: number, traced: number, peer: number): Round => [
      turn('platformatic', 'bare', name, bare, 100),
      turn('platformatic', 'traced', name, traced, 100),
      turn('platformatic', 'peer', name, peer, 100),
    ];
    const rounds = [round('send-1', 10, 16, 20), round('send-1', 10, 15, 20), round('send-1', 100, 140, 300)];
    expect(lines(rounds)).to.deep.equal([
      '| send of 1 | platformatic | bare | 10.0 | 5.0 | 100 |  |  |  |  |  |',
      '| send of 1 | platformatic | traced | 16.0 | 8.0 | 100 | 1.50 | 1.00 |  |  | 0.60 |',
      '| send of 1 | platformatic | peer | 20.0 | 10.0 | 100 | 2.00 | 1.00 |  |  |  |',
      '',
      'send of 1, platformatic, added cost of ours over theirs: 0.60, at most 0.6: met',
      '',
    ]);
    expect(lines([round('send-100', 10, 12, 20)]).at(-2)).to.match(/^send of 100, .*: 0\.20, at most 0\.15: \*\*missed\*\*$/);
    expect(lines([round('consume', 10, 17, 20)]).at(-2)).to.match(/: 0\.70, at most 0\.6: \*\*missed\*\*$/);
  });

  it('counts it against tracelink where another instrumentation adds nothing', () => {
    const round: Round = [
      turn('kafkajs', 'bare', 'consume', 10, 100),
      turn('kafkajs', 'traced', 'consume', 11, 100),
      turn('kafkajs', 'peer', 'consume', 9, 100),
    ];
    expect(lines([round]).at(-2)).to.match(/: Infinity, at most 0\.6: \*\*missed\*\*$/);
  });

  it('compares a client with kafkajs in the same way, and says whether the goal is met', () => {
    const round = (rate: number): Round => [
      turn('platformatic', 'subscribe', 'forward', 30, rate),
      turn('kafkajs', 'subscribe', 'forward', 60, 100),
    ];
    const [first, second, , goal] = lines([round(130)]);
    expect([first, second]).to.deep.equal([
      '| consume and produce, 32 keys at once | kafkajs | subscribe | 60.0 | 30.0 | 100 |  |  |  |  |',
      '| consume and produce, 32 keys at once | platformatic | subscribe | 30.0 | 15.0 | 130 |  |  | 0.50 | 1.30 |',
    ]);
    expect(goal).to.match(/1\.30, at least 1\.3: met$/);
    expect(lines([round(129)]).at(-2)).to.match(/1\.29, at least 1\.3: \*\*missed\*\*$/);
  });
});
