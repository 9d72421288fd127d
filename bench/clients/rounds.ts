import type { Cost } from '../measure/cost.ts';
import { casesOf, ways, type CaseName, type ClientName, type Way } from './cases.ts';

/** What one client did in one way: a cost for each round. */
export interface Series {
  readonly case: CaseName;
  readonly client: ClientName;
  readonly way: Way;
  readonly costs: readonly Cost[];
}

/** One process of a round. */
export interface Turn {
  readonly client: ClientName;
  readonly way: Way;
  readonly cases: readonly CaseName[];
}

/** What a round goes through. Every other round goes backwards, so that none always follows the same other. */
export function turnsOf(round: number, clients: readonly ClientName[], cases: readonly CaseName[]): readonly Turn[] {
  const turns = clients.flatMap((client) =>
    ways.map((way): Turn => ({ client, way, cases: casesOf(way, cases) })).filter((turn) => turn.cases.length > 0),
  );
  return round % 2 === 0 ? turns : turns.toReversed();
}

/** What the turns of one round gave. */
export type Round = readonly (Turn & { readonly costs: Readonly<Partial<Record<CaseName, Cost>>> })[];

/** The whole rounds as series; a case that a client cannot do has none. */
export function seriesOf(rounds: readonly Round[]): readonly Series[] {
  const [first = []] = rounds;
  return first.flatMap(({ client, way, cases }) =>
    cases.flatMap((name) => {
      const costs = rounds.flatMap((round) => round.find((turn) => turn.client === client && turn.way === way)?.costs[name] ?? []);
      return costs.length === 0 ? [] : [{ case: name, client, way, costs }];
    }),
  );
}
