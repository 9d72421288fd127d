import { checkOptions, oneOf } from '../../core/option-rules.ts';
import { aTable, bareName, quoted } from '../../postgres/pg-client.ts';
import { addedSpanContext } from './span-context-column.ts';

export const defaultTable = 'tracelink_outbox';

/**
 * Returns the SQL that creates the tables of an outbox, for a migration: the messages, in the order of their ids for each topic, and the
 * lease of the relay.
 *
 * @param table with or without its schema. @default 'tracelink_outbox'
 * @param options `tracingSpanContext` as of `outbox`
 * @throws {KafkaTracingError} `unknown_option`, `invalid_option`
 */
export function outboxTable(table: string = defaultTable, options: { readonly tracingSpanContext?: boolean } = {}): string {
  checkOptions('outboxTable', { table }, { table: aTable });
  checkOptions('outboxTable', options, { tracingSpanContext: oneOf(true, false) });
  // Rows come and go: autovacuum runs by the number of dead rows, not by their share of a table that is mostly empty.
  return `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  topic text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  partition integer,
  key bytea,
  value bytea,
  headers json NOT NULL,
  timestamp bigint NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  held_partition integer,
  PRIMARY KEY (topic, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE TABLE IF NOT EXISTS ${leaseTable(table)} (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  outbox uuid NOT NULL DEFAULT gen_random_uuid(),
  term bigint NOT NULL DEFAULT 1,
  holder uuid NOT NULL,
  until timestamptz NOT NULL
);${options.tracingSpanContext === true ? addedSpanContext(table) : ''}`;
}

/** The table of the relay's lease, quoted. */
export function leaseTable(table: string): string {
  return quoted(`${table}_lease`);
}

/** The channel that notifies of committed messages. */
export function channelOf(table: string): string {
  return bareName(table);
}
