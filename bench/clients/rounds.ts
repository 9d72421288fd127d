import type { Cost } from '../measure/cost.ts';
import { cases, type CaseName, type ClientName, type Way } from './cases.ts';

/** One measurement of a round. */
export interface Turn {
  readonly case: CaseName;
  readonly client: ClientName;
  readonly way: Way;
}

/** What one client did in one way: a cost for each round. */
export interface Series extends Turn {
  readonly costs: readonly Cost[];
}

/** What the turns of one round gave; `undefined`: the client cannot do that. */
export type Round = readonly (Turn & { readonly cost: Cost | undefined })[];

/** Whether both measure the same. */
function isSameTurn(one: Turn, other: Turn): boolean {
  return one.case === other.case && one.client === other.client && one.way === other.way;
}

/** What has been measured of that turn. */
export function find(series: readonly Series[], turn: Turn): Series | undefined {
  return series.find((one) => isSameTurn(one, turn));
}

/** What a round goes through, case by case, so that what is compared is close in time. Every other round goes backwards. */
export function turnsOf(
  round: number,
  clients: readonly ClientName[],
  names: readonly CaseName[],
  chosen: readonly Way[],
): readonly Turn[] {
  const turns = names.flatMap((name) =>
    clients.flatMap((client) =>
      (cases[name].ways as readonly Way[]).flatMap((way): Turn[] => (chosen.includes(way) ? [{ case: name, client, way }] : [])),
    ),
  );
  return round % 2 === 0 ? turns : turns.toReversed();
}

/** The rounds as series, in the order of the first. */
export function seriesOf(rounds: readonly Round[]): readonly Series[] {
  const [first = []] = rounds;
  return first.flatMap(({ cost: _, ...turn }) => {
    const costs = rounds.flatMap((round) => round.find((one) => isSameTurn(one, turn))?.cost ?? []);
    return costs.length === 0 ? [] : [{ ...turn, costs }];
  });
}
