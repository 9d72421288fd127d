import type { subscribe } from '@tracelink/kafka/subscribe';
import type { Boundary } from '../../judge/journal.ts';
import type { Mutant } from '../mutants.ts';

/** What a member's clients report to, and how they are made. */
export interface WatchedClients {
  readonly brokers: readonly string[];
  /** Commits of other topics are not reported. */
  readonly topic: string;
  /** Called at each moment at which the member may be killed. */
  readonly at: (boundary: Boundary) => void;
  /** The error that they make on purpose. */
  readonly mutant: Mutant | undefined;
}

/** How a member fetches and stays in its group. */
export interface MemberTimes {
  /** Milliseconds. */
  readonly sessionTimeout: number;
  /** The most bytes of a partition in one fetch. */
  readonly fetchBytes: number;
  /** Whether its client rejects when its requests fail, so that the subscription crashes. */
  readonly canCrash: boolean;
}

/** A client library that members of a group can be made with. */
export interface MemberClient {
  /** What `subscribe` takes, of clients that report every commit and dead-letter record at its moments. */
  clients(watched: WatchedClients): Parameters<typeof subscribe>[0];
  /** The option `consumer` of `subscribe`. */
  consumer(times: MemberTimes): object;
  /** The option `producer`: so that the subscription retries, not its client. */
  readonly producer: object;
}
