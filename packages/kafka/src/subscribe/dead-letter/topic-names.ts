import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** How the topics of one kind are named. */
export interface Naming {
  readonly kind: 'dead-letter' | 'retry';
  readonly nameOf: (topic: string) => string;
  /** Of retry topics: the longest delay of a record, in milliseconds. */
  readonly delay?: number;
}

/** A retry or dead-letter topic of a source topic. */
export interface Named {
  readonly naming: Naming;
  /** The source topic. */
  readonly source: string;
  readonly name: string;
}

/** Kafka's rule for names of topics. */
const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

const optionOf = { 'dead-letter': 'deadLetter.topic', retry: 'retryTopics.topic' } as const;

/** The kinds of topics and the options that name them, for an error text. */
export function kindsText(kinds: readonly Naming['kind'][]): { readonly kinds: string; readonly options: string } {
  const each = [...new Set(kinds)];
  return { kinds: each.join(' and '), options: each.map((kind) => optionOf[kind]).join(' and ') };
}

/** @throws {KafkaTracingError} `invalid_option`: a name that Kafka does not allow, or that is in use */
export function checkedNames(topics: readonly string[], namings: readonly Naming[]): readonly Named[] {
  const taken = new Map(topics.map((topic) => [topic, `it is one of the topics`]));
  return namings.flatMap((naming) =>
    topics.map((source): Named => {
      const { kind } = naming;
      const name = naming.nameOf(source);
      if (typeof name !== 'string' || !legalName.test(name))
        throw refused(name, kind, source, 'of up to 249 letters, digits, ".", "_" or "-"');
      const by = taken.get(name);
      if (by !== undefined) throw refused(name, kind, source, `as ${by}`);
      // Dead-letter records name their origin, so that one topic can take those of several. Retries must return to their source.
      if (kind === 'retry') taken.set(name, 'it is the retry topic of another');
      return { naming, source, name };
    }),
  );
}

function refused(name: string, kind: Naming['kind'], source: string, why: string): KafkaTracingError {
  return new KafkaTracingError(
    'invalid_option',
    `"${name}" cannot be the name of the ${kind} topic of "${source}": give another by ${optionOf[kind]}, ${why}.`,
  );
}
