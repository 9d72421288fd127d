import { inspect } from 'node:util';
import type { ApiName } from '../wire/apis/apis.ts';
import type { DecodedRequest } from '../wire/requests.ts';
import { describeAction, type FaultAction } from './fault-action.ts';
import type { Subject } from './subjects.ts';

/** Which requests a fault hits: those that match every field that is given. */
export interface FaultMatch<A extends ApiName = ApiName> {
  /** The API's name in Kafka's protocol guide, such as `Produce`. */
  readonly api: A;
  /** The request names this topic; for `group`, when that is given too. */
  readonly topic?: string;
  /** The request names this partition; of `topic`, and for `group`, when they are given too. */
  readonly partition?: number;
  /** The request names this consumer group. */
  readonly group?: string;
  /** The client id in the request's header. */
  readonly clientId?: string;
  /** The id of the broker that receives the request. Starts at 1. */
  readonly nodeId?: number;
  /**
   * Whether the fault hits a request that matches all other fields. When it throws, the fault does not hit, and
   * `assertNoPendingFaults` reports the error.
   */
  readonly match?: (request: ArrivedRequest<A>) => boolean;
  /** How many requests the fault hits: a whole number of at least 1, or `Infinity`. @default 1 */
  readonly times?: number;
  /** How many matching requests pass before the first hit: a whole number of at least 0. @default 0 */
  readonly skip?: number;
}

/** A decoded request and the id of the broker that received it. */
export type ArrivedRequest<A extends ApiName = ApiName> = DecodedRequest<A> & { readonly nodeId: number };

/** A fault that was set, and how often it hit. */
export class Fault {
  readonly action: FaultAction;
  readonly #match: FaultMatch;
  readonly #times: number;
  #toPass: number;
  #hits = 0;
  #failure: { readonly cause: unknown } | undefined;

  constructor(match: FaultMatch, action: FaultAction) {
    this.#match = match;
    this.action = action;
    this.#times = match.times ?? 1;
    this.#toPass = match.skip ?? 0;
  }

  /** How many requests it hit. */
  get hits(): number {
    return this.#hits;
  }

  /** Whether the fault has hits left: fewer than `times`, or none at all when `times` is `Infinity`. */
  get isPending(): boolean {
    return this.#hits < (this.#times === Infinity ? 1 : this.#times);
  }

  /** What `match` threw first; `undefined` when it never did. */
  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Whether the fault hits this request. A hit is counted. */
  takes(request: ArrivedRequest, subjects: readonly Subject[]): boolean {
    if (this.#hits >= this.#times || !this.#matches(request, subjects)) return false;
    if (this.#toPass > 0) {
      this.#toPass -= 1;
      return false;
    }
    this.#hits += 1;
    return true;
  }

  /** Whether the fault is about this part of a request that it hit. */
  concerns({ topic, partition, group }: Subject): boolean {
    const wanted = this.#match;
    return (
      (wanted.topic === undefined || wanted.topic === topic) &&
      (wanted.partition === undefined || wanted.partition === partition) &&
      (wanted.group === undefined || group === undefined || wanted.group === group)
    );
  }

  /** What the fault matches, does and hit, for messages. */
  toString(): string {
    const { api, topic, partition, group, clientId, nodeId } = this.#match;
    const named = Object.entries({ topic, partition, group, clientId, nodeId }).filter(([, value]) => value !== undefined);
    const where = named.map(([name, value]) => ` ${name} ${value}`).join('');
    const failed = this.#failure === undefined ? '' : `; match threw ${textOf(this.#failure.cause)}`;
    return `${describeAction(this.action)} at ${api}${where}: hit ${this.#hits} of ${this.#times} times${failed}`;
  }

  #matches(request: ArrivedRequest, subjects: readonly Subject[]): boolean {
    const { api, topic, partition, group, clientId, nodeId, match } = this.#match;
    return (
      request.api === api &&
      (clientId === undefined || clientId === request.clientId) &&
      (nodeId === undefined || nodeId === request.nodeId) &&
      ((topic === undefined && partition === undefined && group === undefined) ||
        subjects.some(
          (subject) =>
            (topic === undefined || subject.topic === topic) &&
            (partition === undefined || subject.partition === partition) &&
            (group === undefined || subject.group === group),
        )) &&
      (match === undefined || this.#accepts(match, request))
    );
  }

  /** The predicate is a test's: what it throws belongs to the test, not to the client whose request this is. */
  #accepts(match: (request: ArrivedRequest) => boolean, request: ArrivedRequest): boolean {
    try {
      return match(request);
    } catch (cause) {
      this.#failure ??= { cause };
      return false;
    }
  }
}

/** An error without its stack. */
function textOf(thrown: unknown): string {
  return thrown instanceof Error ? String(thrown) : inspect(thrown);
}
