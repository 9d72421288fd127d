import { randomUUID } from 'node:crypto';
import { context as contextApi } from '@opentelemetry/api';
import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import type { OutgoingRecord } from '../client/port/engine-clients.ts';
import type { HeaderValues } from '../client/port/message.ts';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { guard } from '../core/guard.ts';
import { copyWith } from '../client/record.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { writeHeaders } from '../producer/outgoing-headers.ts';
import { MESSAGE_ID_HEADER } from '../sender/record-headers.ts';
import { checkPool, createTables, type PgPool, type PgQueryable } from '../postgres/pg-client.ts';
import { planSend } from '../producer/send-plan.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { outboxSettings, relaySettings, type OutboxOptions, type OutboxSettings, type RelayOptions } from './table/outbox-options.ts';
import { Relay, type OutboxRelay } from './relay/outbox-relay.ts';
import { OutboxTable, type PendingMessages } from './table/outbox-table.ts';
import { spanContextText } from './table/span-context-column.ts';
import { checkMessages, checkTopic, insertMessages, storedMessage, type StoredMessage } from './table/stored-message.ts';
import { outboxTable } from './table/table-sql.ts';

/** The messages of one topic, in the shape of kafkajs' producer, whichever client sends them. */
export interface OutboxRecord {
  readonly topic: string;
  readonly messages: readonly OutgoingRecord[];
}

/** A transactional outbox: messages are committed in the transaction of their effect, and sent after that. */
export interface Outbox {
  /** Creates the tables when they are missing. @throws the driver's error */
  ensure(): Promise<void>;
  /**
   * Writes messages in the transaction of `client`: they are sent if and only if it commits. Each gets a `create` span, a child of the
   * active span, carries its context, and has a UUID in the header `tracelink-message-id`.
   *
   * @param client the client whose transaction is open
   * @throws {KafkaTracingError} `invalid_message`: no broker accepts the message; nothing has been written then
   * @throws the driver's error
   */
  add(client: PgQueryable, record: OutboxRecord): Promise<void>;
  /**
   * Starts a relay in this process, which sends committed messages. One of several relays of an outbox sends, the others stand by.
   *
   * @param kafka makes an admin client, and producers
   * @throws {KafkaTracingError} `not_a_client`, `invalid_option`, `unknown_option`
   */
  relay(kafka: ClientMaker, options?: RelayOptions): OutboxRelay;
  /** Counts the messages that are committed and not yet sent and deleted. @throws the driver's error */
  pending(): Promise<PendingMessages>;
}

/**
 * Returns an outbox in two tables of the caller's Postgres database.
 *
 * @param pool of `pg`, or of its shape; a relay needs two connections of it, or one with `listen: false`, and a
 * `connectionTimeoutMillis` below its `lease`: without that, connections that a database never answers fill the pool
 * @throws {KafkaTracingError} `not_a_client`, `invalid_option`, `unknown_option`
 */
export function outbox(pool: PgPool, options: OutboxOptions = {}): Outbox {
  checkPool('outbox', pool);
  return new TableOutbox(pool, outboxSettings(options));
}

class TableOutbox implements Outbox {
  readonly #pool: PgPool;
  readonly #settings: OutboxSettings;
  readonly #tracing: KafkaTracing<ProducerOptions>;

  constructor(pool: PgPool, settings: OutboxSettings) {
    this.#pool = pool;
    this.#settings = settings;
    // The sender is not known yet, nor is the span of the send, so each message gets its creation context from a span of its own.
    this.#tracing = new KafkaTracing<ProducerOptions>({ ...settings.tracing, createSpans: true }, new ClientIdentity({}, settings.tracing));
  }

  ensure(): Promise<void> {
    const { table, tracingSpanContext } = this.#settings;
    return createTables(this.#pool, outboxTable(table, { tracingSpanContext }));
  }

  async add(client: PgQueryable, { topic, messages }: OutboxRecord): Promise<void> {
    checkTopic(topic);
    checkMessages(topic, messages);
    const { table, maxMessageBytes } = this.#settings;
    const now = Date.now();
    // Before there are spans of messages that were never added.
    for (const message of messages) storedMessage(topic, message, maxMessageBytes, now);
    const stored = this.#withContext({ topic, messages }).map((message) => {
      const headers = { ...message.headers, [MESSAGE_ID_HEADER]: randomUUID() };
      return { ...storedMessage(topic, copyWith(message, { headers }), Infinity, now), ...this.#spanContext(headers) };
    });
    await insertMessages(client, table, stored);
  }

  relay(kafka: ClientMaker, options: RelayOptions = {}): OutboxRelay {
    const clients = clientsOf('relay', kafka);
    const settings = relaySettings(options);
    return new Relay(this.#pool, clients, this.#settings, settings);
  }

  pending(): Promise<PendingMessages> {
    return new OutboxTable(this.#pool, this.#settings.table).pending();
  }

  #spanContext(headers: HeaderValues): Pick<StoredMessage, 'spanContext'> {
    if (!this.#settings.tracingSpanContext) return {};
    const context = guard('reading the creation context', () => this.#tracing.propagation.creationContext(headers), this.#tracing);
    return { spanContext: spanContextText(context) };
  }

  /** The messages with the headers that a wrapped producer would give them; unchanged without a tracer provider and when tracing fails. */
  #withContext(record: OutboxRecord): readonly OutgoingRecord[] {
    const headed = guard(
      'writing headers',
      () => {
        if (!this.#tracing.isTraced) return undefined;
        const active = contextApi.active();
        return writeHeaders(this.#tracing, planSend(this.#tracing, [record], active), active)[0]?.messages as OutgoingRecord[] | undefined;
      },
      this.#tracing,
    );
    return headed ?? record.messages;
  }
}
