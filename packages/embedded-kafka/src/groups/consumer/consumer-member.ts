import type { ClockTimer } from '../../core/clock.ts';
import type { AssignableTopics, PartitionKey } from './assignors/assignable-partitions.ts';
import type { Subscriber } from './assignors/assignor.ts';
import { type HeartbeatRequest, topicPattern } from './heartbeat-request.ts';
import { notStarted, type Progress } from './reconciliation.ts';

/** A member of a group of the consumer protocol: what it subscribes to, and how far it is with its assignment. */
export class ConsumerMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  rackId: string | null = null;
  rebalanceTimeoutMs = 0;
  topicNames: readonly string[] = [];
  topicRegex: string | null = null;
  serverAssignor: string | null = null;
  /** A static member that left for a while: its partitions wait for it. */
  isAway = false;
  progress: Progress = notStarted;
  /** The epoch before the last change, which the member still sends when it lost a response. */
  previousEpoch = 0;
  session: ClockTimer | undefined;
  /** Runs while the member must give up partitions. */
  revocation: ClockTimer | undefined;
  #pattern: RegExp | undefined;

  constructor({ instanceId, clientId, clientHost }: HeartbeatRequest, memberId: string) {
    this.memberId = memberId;
    this.instanceId = instanceId;
    this.clientId = clientId ?? '';
    this.clientHost = clientHost;
  }

  /** Takes over what a heartbeat says. @returns whether that changes what the group has to assign */
  update(request: HeartbeatRequest): boolean {
    const { topicNames, topicRegex, serverAssignor } = this;
    this.rackId = request.rackId ?? this.rackId;
    if (request.rebalanceTimeoutMs !== -1) this.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
    if (request.subscribedTopicNames !== null) this.topicNames = [...new Set(request.subscribedTopicNames)].sort();
    if (request.subscribedTopicRegex !== null) this.#follow(request.subscribedTopicRegex);
    this.serverAssignor = request.serverAssignor ?? serverAssignor;
    return topicNames.join() !== this.topicNames.join() || topicRegex !== this.topicRegex || serverAssignor !== this.serverAssignor;
  }

  /** Moves on with the assignment. */
  proceed(progress: Progress): void {
    if (progress.epoch !== this.progress.epoch) this.previousEpoch = this.progress.epoch;
    this.progress = progress;
  }

  /** The epoch of the last change since which the member has a partition; `undefined` when it does not have it. */
  assignedSince(key: PartitionKey): number | undefined {
    return this.progress.assigned.get(key) ?? this.progress.revoking.get(key);
  }

  /** All partitions that the member may still have. */
  get held(): PartitionKey[] {
    return [...this.progress.assigned.keys(), ...this.progress.revoking.keys()];
  }

  /** What an assignor has to know. */
  subscriber(topics: AssignableTopics): Subscriber {
    const named = this.topicNames.flatMap((name) => topics.get(name)?.id ?? []);
    const pattern = this.#pattern;
    const matching = pattern === undefined ? [] : topics.list().filter(({ name }) => pattern.test(name));
    return { memberId: this.memberId, instanceId: this.instanceId, topicIds: new Set([...named, ...matching.map(({ id }) => id)]) };
  }

  /** Whether the member subscribes to a topic of this name. */
  subscribesTo(name: string): boolean {
    return this.topicNames.includes(name) || this.#pattern?.test(name) === true;
  }

  stopTimers(): void {
    this.session?.cancel();
    this.revocation?.cancel();
  }

  #follow(regex: string): void {
    this.topicRegex = regex === '' ? null : regex;
    this.#pattern = regex === '' ? undefined : topicPattern(regex);
  }
}
