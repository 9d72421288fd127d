import { guard } from '../../../../core/guard.ts';
import type { LogLine } from '../binding/shapes.ts';

// Milliseconds for which the leader of a partition is asked for again and again before it is said that it cannot be read, and without such a
// request after which it can.
const longestUnread = 2_000;

/** The part of librdkafka's statistics that tells of the group. */
interface Statistics {
  readonly cgrp?: { readonly join_state?: string };
  readonly brokers?: Readonly<
    Record<
      string,
      {
        readonly source?: string;
        readonly name?: string;
        readonly state?: string;
        readonly rx?: number;
        readonly rtt?: { readonly max?: number };
      }
    >
  >;
}

/** What is told. */
interface SignListener {
  /** @param took milliseconds of the longest of its answers since the last time */
  confirmed(took: number): void;
  suspected(): void;
  replaced(topic: string, id: string): void;
  unreadable(error: unknown): void;
}

// Of its log of metadata, by which alone it tells what it does by itself.
const newId = /^(?:\[thrd:[^\]]*\]: )?Topic (\S+) changed id from (\S+) to (\S+)/;
const request = /Request(?:ing)? metadata for [\d/]+ topic/;
const leaderQuery = 'partition leader query';
const assignor = 'partition assignor';
const noId = /^A+=*$/;

/**
 * What librdkafka tells only by its statistics and its log: that the coordinator answers its heartbeats, that it asks for metadata, as when
 * something has changed, that a topic has another id, that its fetches fail, and that it
 * leads the group.
 */
export class MemberSigns {
  readonly #listener: SignListener;
  #answers = 0;
  #failingSince: number | undefined;
  #failedAt = 0;
  #isUnreadable = false;
  #hasAssigned = false;

  constructor(listener: SignListener) {
    this.#listener = listener;
  }

  /** The event `event.stats`. */
  statistics(text: string): void {
    const { cgrp, brokers = {} } = guard('reading statistics', () => JSON.parse(text) as Statistics) ?? {};
    const coordinator = Object.values(brokers).find(({ source, name }) => source === 'logical' && name === 'GroupCoordinator');
    const { rx = 0, state, rtt } = coordinator ?? {};
    if (rx !== this.#answers && state === 'UP' && cgrp?.join_state === 'steady') this.#listener.confirmed((rtt?.max ?? 0) / 1_000);
    this.#answers = rx;
    if (this.#failingSince !== undefined && performance.now() - this.#failedAt > longestUnread) this.#reads();
  }

  /**
   * Whether the member has assigned the partitions at the rebalance that has just ended: then it leads the group.
   *
   * @returns `undefined`: it does not, or the log, which comes by a way of its own, has not told yet
   */
  takesLead(): true | undefined {
    const leads = this.#hasAssigned || undefined;
    this.#hasAssigned = false;
    return leads;
  }

  /** The event `event.log`. */
  log({ message }: LogLine): void {
    const [, topic, before, id] = newId.exec(message) ?? [];
    if (topic !== undefined && before !== undefined && !noId.test(before) && id !== undefined && !noId.test(id))
      this.#listener.replaced(topic, id);
    if (!request.test(message)) return;
    this.#listener.suspected();
    if (message.includes(leaderQuery)) this.#asksForLeader();
    if (message.endsWith(assignor)) this.#hasAssigned = true;
  }

  #asksForLeader(): void {
    const now = performance.now();
    this.#failedAt = now;
    this.#failingSince ??= now;
    if (this.#isUnreadable || now - this.#failingSince < longestUnread) return;
    this.#isUnreadable = true;
    this.#listener.unreadable(new Error('The client cannot read: it asks for the leader of a partition again and again'));
  }

  #reads(): void {
    this.#failingSince = undefined;
    if (this.#isUnreadable) this.#listener.unreadable(undefined);
    this.#isUnreadable = false;
  }
}
