import { Kafka, logLevel } from 'kafkajs';
import { subscribe, type Subscription } from '@tracelink/kafka/subscribe';
import { Cable } from './cable.ts';
import { engineOptions, listen } from './engine.ts';
import type { Handlers } from './handlers.ts';
import type { Journal } from '../judge/journal.ts';
import type { Setup } from '../plan/plan.ts';
import type { RecordPlaces } from '../judge/record-places.ts';
import { SpanCount } from '../judge/span-count.ts';

/** The dependencies of a member. */
export interface MemberOptions {
  readonly name: string;
  readonly brokers: readonly string[];
  readonly setup: Setup;
  readonly topics: readonly string[];
  readonly handlers: Handlers;
  readonly journal: Journal;
  readonly places: RecordPlaces;
}

/** One subscription of the group. */
export class Member {
  readonly name: string;
  readonly subscription: Subscription;
  readonly #journal: Journal;
  readonly #spans: SpanCount;
  readonly #cable: Cable;
  readonly #life: { isAlive: boolean };
  #hasLeft = false;

  private constructor({ name, journal }: MemberOptions, subscription: Subscription, parts: Parts) {
    this.name = name;
    this.subscription = subscription;
    this.#journal = journal;
    this.#spans = parts.spans;
    this.#cable = parts.cable;
    this.#life = parts.life;
  }

  /** @throws the error of `subscribe` */
  static async join(options: MemberOptions): Promise<Member> {
    const { name, brokers, setup, topics, handlers, journal, places } = options;
    const parts: Parts = { spans: new SpanCount(), cable: new Cable(), life: { isAlive: true } };
    const client = new Kafka({
      clientId: name,
      brokers: [...brokers],
      logLevel: logLevel.NOTHING,
      socketFactory: parts.cable.socketFactory,
      connectionTimeout: 500,
      retry: { initialRetryTime: 10, maxRetryTime: 60, retries: 8 },
    });
    const subscription = await subscribe(client, {
      ...engineOptions(setup, topics),
      tracing: { tracerProvider: parts.spans.provider },
      handler: (message, scope) => handlers.handle(name, message, scope, () => parts.life.isAlive),
    });
    const member = new Member(options, subscription, parts);
    listen(subscription, {
      deadLetter: ({ topic, partition, offset }) => {
        const id = places.lastFailed(name, { topic, partition, offset: Number(offset) });
        if (id !== undefined) journal.write({ kind: 'told-dead-letter', member: name, id });
      },
      blocked: ({ topic, partition, offset, reason }) =>
        journal.write({
          kind: 'told-blocked',
          member: name,
          topic,
          partition,
          offset: Number(offset),
          reason,
          ok: subscription.health().ok,
        }),
      crashed: () => member.leave(),
    });
    return member;
  }

  /** Whether it is in the group. */
  get isRunning(): boolean {
    return !this.#hasLeft;
  }

  get wasKilled(): boolean {
    return !this.#life.isAlive;
  }

  /** Spans that have not ended. */
  get openSpans(): number {
    return this.#spans.open;
  }

  /** Calls `resume()`, which throws at no time. */
  resume(): void {
    this.#journal.write({ kind: 'resumed', member: this.name });
    try {
      this.subscription.resume();
    } catch (error) {
      this.#journal.wrong('stray', `resume() of ${this.name}, which ${this.isRunning ? 'runs' : 'has left'}, throws ${String(error)}`);
    }
  }

  /** It leaves the group's members. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#journal.write({ kind: 'left', member: this.name });
  }

  /** To the brokers, and to its handlers, it is as if its process was killed. */
  kill(): void {
    this.#life.isAlive = false;
    this.leave();
    this.#cable.cut();
  }

  /** The plan is over: a client's retries must not reach brokers of another plan on the same port. */
  unplug(): void {
    this.#cable.cut();
  }
}

interface Parts {
  readonly spans: SpanCount;
  readonly cable: Cable;
  readonly life: { isAlive: boolean };
}
