import type { SpanContext } from '@opentelemetry/api';
import { traceparentOf } from '@tracelink/context/internal';
import { quoted } from '../../postgres/pg-client.ts';

/** The column that Debezium's outbox event router reads by default, `tracing.span.context.field`. */
export const spanContextColumn = 'tracingspancontext';

/** The SQL that adds the column, also to a table that was created without it. Only a missing column is worth the lock that ALTER TABLE takes. */
export function addedSpanContext(table: string): string {
  return `
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = '${quoted(table)}'::regclass AND attname = '${spanContextColumn}' AND NOT attisdropped
  ) THEN
    ALTER TABLE ${quoted(table)} ADD COLUMN ${spanContextColumn} text;
  END IF;
END $$;`;
}

/** A span context as Debezium reads it: W3C's headers in the format of Java's properties; `null` for none and one that is not valid. */
export function spanContextText(spanContext: SpanContext | undefined): string | null {
  const traceparent = traceparentOf(spanContext);
  if (traceparent === undefined) return null;
  const tracestate = spanContext?.traceState?.serialize() ?? '';
  return javaProperties({ traceparent, ...(tracestate !== '' && { tracestate }) });
}

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

/**
 * Entries as text that `java.util.Properties.load` reads back, one per line, as its `store` writes them; without a comment. A name or value
 * may be any text: characters that are not printable ASCII are escaped by their UTF-16 units.
 */
export function javaProperties(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `${escaped(name).replaceAll(' ', '\\ ')}=${escaped(value).replace(/^ /, '\\ ')}\n`)
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\=:#!]|[^ -~]/gs, (unit) => escapes[unit] ?? (/[ -~]/.test(unit) ? `\\${unit}` : `\\u${hex(unit)}`));
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
