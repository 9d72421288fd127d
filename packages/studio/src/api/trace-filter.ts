import { HttpError, wholeNumber } from '../http/exchange.ts';
import { parseAttributeQuery, type AttributeCondition } from './attribute-query.ts';

/** Which traces are listed, and in which order. */
export interface TraceFilter {
  /** Some text of the trace has it in it, in any case; empty is in all of them. */
  readonly search: string;
  /** A span of this service is in it; undefined is any. */
  readonly service?: string;
  /** A message of it has this destination; undefined is any. */
  readonly topic?: string;
  /** It has this badge; undefined is any or none. */
  readonly badge?: string;
  readonly errorsOnly: boolean;
  readonly minDurationUs: number;
  /** All of them hold for one span of it. */
  readonly attributes: readonly AttributeCondition[];
  /** That span was going on then, at some time from the first to the second, in microseconds since the epoch. */
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly order: TraceOrder;
  /** Traces of a batch alone are with a trace that they link to. */
  readonly foldBatches: boolean;
  /** Of rows: what is folded does not count. */
  readonly limit: number;
}

/** What comes first in a list; of what is alike, the trace that started last. */
const traceOrders = ['newest', 'longest', 'most-spans', 'errors'] as const;

export type TraceOrder = (typeof traceOrders)[number];

/** The most traces of one list. */
const mostTraces = 1_000;

/** @throws {HttpError} 400 for a parameter that cannot be read, with what to write instead */
export function readTraceFilter(query: URLSearchParams): TraceFilter {
  const order = query.get('sort') ?? 'newest';
  if (!isOrder(order)) throw new HttpError(400, `There is no order "${order}", but ${traceOrders.join(', ')}.`);
  const [sinceUs, untilUs] = [wholeNumber(query, 'sinceUs', 0), wholeNumber(query, 'untilUs', Infinity)];
  if (sinceUs > untilUs) throw new HttpError(400, 'The time ends before it begins: set a later end, or an earlier begin.');
  return {
    search: query.get('search')?.trim() ?? '',
    ...given(query, 'service'),
    ...given(query, 'topic'),
    ...given(query, 'badge'),
    errorsOnly: query.get('error') === 'true',
    minDurationUs: wholeNumber(query, 'minDurationUs', 0),
    attributes: parseAttributeQuery(query.get('attributes') ?? ''),
    sinceUs,
    untilUs,
    order,
    foldBatches: query.get('foldBatches') === 'true',
    limit: Math.min(wholeNumber(query, 'limit', 100), mostTraces),
  };
}

function isOrder(name: string): name is TraceOrder {
  return traceOrders.some((known) => known === name);
}

/** One parameter as a member, where the query has it and it is not empty. */
function given<Name extends string>(query: URLSearchParams, name: Name): { readonly [key in Name]?: string } {
  const value = query.get(name);
  return value === null || value === '' ? {} : ({ [name]: value } as { [key in Name]: string });
}
