import type { Attributes } from '@opentelemetry/api';
import { guard } from '../core/guard.ts';
import { Attr } from './semconv.ts';

/** The part of clients that identifies them; the last two are kafkajs', and missing or throw in other clients (B4). */
interface Emitting {
  /** Of a producer of our own engine. */
  readonly clientId?: unknown;
  readonly events?: { readonly REQUEST?: string; readonly GROUP_JOIN?: string };
  on?(event: never, listener: (event: { readonly payload: Readonly<Record<string, unknown>> }) => void): unknown;
}

/** The identity that the user configured; it takes precedence over the client's events. */
export interface KnownIdentity {
  readonly clientId?: string | undefined;
  readonly groupId?: string | undefined;
}

/**
 * A client's identity, learned from the events that kafkajs emits anyway: client id, consumer group and the broker that
 * answers. Nothing is requested, nothing is awaited, nothing can fail the call that is traced (B4).
 */
export class ClientIdentity {
  #clientId: string | undefined;
  #groupId: string | undefined;
  #broker: string | undefined;
  #severalBrokers = false;
  #attributes: Attributes;

  constructor(client: object, known: KnownIdentity) {
    this.#clientId = known.clientId;
    this.#groupId = known.groupId;
    this.#attributes = this.#build();
    guard('reading the client id', () => this.learn({ clientId: (client as Emitting).clientId }), this);
    this.#listen(client as Emitting, 'GROUP_JOIN', ({ groupId }) => this.learn({ groupId }));
    this.#listen(client as Emitting, 'REQUEST', (payload) => {
      const carriesMessages = payload['apiName'] === 'Produce' || payload['apiName'] === 'Fetch';
      this.learn({ clientId: payload['clientId'], broker: carriesMessages ? payload['broker'] : undefined });
    });
  }

  /** Client id, consumer group and broker as attributes of a span; the same object until something new is learned. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  /** `undefined` until it is known. */
  get groupId(): string | undefined {
    return this.#groupId;
  }

  #listen(client: Emitting, event: 'REQUEST' | 'GROUP_JOIN', learn: (payload: Readonly<Record<string, unknown>>) => void): void {
    const name = eventsOf(client)?.[event];
    if (name === undefined) return;
    guard(`listening for ${event}`, () =>
      client.on?.(name as never, ({ payload }) => guard(`reading ${event}`, () => learn(payload), this)),
    );
  }

  /** What the client has said of itself, in an event or otherwise; the user's configuration takes precedence, and so does what came first. */
  learn({ clientId, groupId, broker }: { readonly clientId?: unknown; readonly groupId?: unknown; readonly broker?: unknown }): void {
    const news =
      (typeof clientId === 'string' && this.#clientId === undefined) ||
      (typeof groupId === 'string' && this.#groupId === undefined) ||
      (typeof broker === 'string' && broker !== this.#broker && !this.#severalBrokers);
    if (!news) return;
    // The user's configuration takes precedence.
    if (typeof clientId === 'string') this.#clientId ??= clientId;
    if (typeof groupId === 'string') this.#groupId ??= groupId;
    if (typeof broker === 'string') {
      this.#broker ??= broker;
      // A message's broker is known only while one broker answers for all: no attribute is better than a wrong one.
      this.#severalBrokers ||= broker !== this.#broker;
    }
    this.#attributes = this.#build();
  }

  #build(): Attributes {
    const attributes: Attributes = {};
    if (this.#clientId !== undefined) attributes[Attr.CLIENT_ID] = this.#clientId;
    if (this.#groupId !== undefined) attributes[Attr.CONSUMER_GROUP] = this.#groupId;
    if (this.#broker !== undefined && !this.#severalBrokers) Object.assign(attributes, serverAttributes(this.#broker));
    return attributes;
  }
}

/** Of Confluent's clients the member is there and throws: that is no fault to be logged. */
function eventsOf(client: Emitting): Emitting['events'] {
  try {
    return client.events;
  } catch {
    return undefined;
  }
}

/** `host:port`, where the host may be an IPv6 address with or without brackets. */
function serverAttributes(broker: string): Attributes {
  const colon = broker.lastIndexOf(':');
  const port = Number(broker.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port)) return { [Attr.SERVER_ADDRESS]: broker };
  return { [Attr.SERVER_ADDRESS]: broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), [Attr.SERVER_PORT]: port };
}
