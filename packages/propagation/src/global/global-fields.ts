import { diag, propagation } from '@opentelemetry/api';
import type { Format } from '../formats/formats.ts';
import { knownHeader } from '../headers/header-field.ts';

/** What follows from the header names of the global propagator. */
export interface GlobalFields {
  /** Formats that it reads among ours. */
  readonly formats: readonly Format[];
  /** Names that no format of ours has, in lower case. */
  readonly unknown: ReadonlySet<string>;
  /** Whether there are names, and each is a known header. */
  readonly areKnown: boolean;
}

let lastNames: readonly string[] = [];
let lastFields: GlobalFields = fieldsOf(lastNames);

/** Of the propagator that is registered now: it may be replaced at any time, so names are compared, and nothing more is done when they are the same. */
export function globalFields(): GlobalFields {
  const names = namesNow();
  if (!isSameList(names, lastNames)) {
    // A copy: the propagator may change its list.
    lastNames = [...names];
    lastFields = fieldsOf(lastNames);
  }
  return lastFields;
}

function namesNow(): readonly string[] {
  try {
    return propagation.fields();
  } catch (error) {
    diag.debug('@tracelink/propagation: the global propagator threw when asked for its fields', error);
    return [];
  }
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function fieldsOf(names: readonly string[]): GlobalFields {
  const fields = new Set(names.map((name) => name.toLowerCase()));
  const formats: Format[] = [];
  if (fields.has('traceparent')) formats.push('w3c');
  // OpenTelemetry reads both encodings, the single header first, whichever it writes.
  if (fields.has('b3') || fields.has('x-b3-traceid')) formats.push('b3');
  if (fields.has('uber-trace-id')) formats.push('jaeger');
  const unknown = new Set([...fields].filter((name) => knownHeader(name) === undefined));
  return { formats, unknown, areKnown: fields.size > 0 && unknown.size === 0 };
}
