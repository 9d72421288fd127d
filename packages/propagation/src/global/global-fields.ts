import { propagation } from '@opentelemetry/api';
import { formatsOfPropagator } from '../formats/formats.ts';
import type { HeaderFormat } from '../formats/header-format.ts';
import { guard } from '../headers/guard.ts';
import { knownField } from '../headers/header-field.ts';

/** What follows from the header names of the global propagator. */
export interface GlobalFields {
  /** Formats that it reads among ours. */
  readonly formats: readonly HeaderFormat[];
  /** Names that no format of ours has, in lower case. */
  readonly unknown: ReadonlySet<string>;
  /** Whether there are names, and each is a known header. */
  readonly areKnown: boolean;
}

const noFields = fieldsOf([]);

let lastNames: readonly string[] = [];
let lastFields: GlobalFields = noFields;

/** Of the propagator that is registered now: it may be replaced at any time, so names are compared, and nothing more is done when they are the same. */
export function globalFields(): GlobalFields {
  return guard('asking the global propagator for the names of its fields', currentFields) ?? noFields;
}

function currentFields(): GlobalFields {
  const names = propagation.fields();
  if (!isSameList(names, lastNames)) {
    lastFields = fieldsOf(names);
    // A copy: the propagator may change its list.
    lastNames = [...names];
  }
  return lastFields;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function fieldsOf(names: readonly string[]): GlobalFields {
  const fields = new Set(names.map((name) => name.toLowerCase()));
  const unknown = new Set([...fields].filter((name) => knownField(name) === undefined));
  return { formats: formatsOfPropagator(fields), unknown, areKnown: fields.size > 0 && unknown.size === 0 };
}
