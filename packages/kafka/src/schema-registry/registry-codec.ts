import { errorMessage } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { hasMethods } from '../core/option-rules.ts';
import { UndecodableError, type Codec } from '../subscribe/attempt/codec.ts';

/** The part of the `SchemaRegistry` of `@kafkajs/confluent-schema-registry` that the codec uses. */
export interface RegistryLike {
  /** Fetches a schema, once: later calls find it in the registry's cache. */
  getSchema(registryId: number): Promise<unknown>;
  decode(buffer: Buffer): Promise<unknown>;
}

/**
 * A codec for values that were encoded with a schema of Confluent's registry: Avro, JSON Schema or Protobuf, with the schema's id in front of
 * the payload. It is made of a `SchemaRegistry` of `@kafkajs/confluent-schema-registry` 3. A tombstone is `null`.
 *
 * It throws an {@link UndecodableError} for a value without a schema's id, for a schema that the registry does not have, and for a payload
 * that does not fit its schema. When the registry does not answer, or answers anything else, its own error makes a failed attempt, which is
 * retried: no message goes to the dead-letter topic because of an outage, unless it outlasts all attempts.
 *
 * @typeParam V the value, which the caller vouches for: a schema is known at run time only
 * @param registry for a reader's schema: `{ getSchema: (id) => registry.getSchema(id), decode: (value) => registry.decode(value, options) }`
 * @throws {KafkaTracingError} `invalid_option`, at once
 */
export function registryCodec<V = unknown>(registry: RegistryLike): Codec<V | null> {
  if (!hasMethods(registry, 'getSchema', 'decode'))
    throw new KafkaTracingError('invalid_option', 'registryCodec takes a SchemaRegistry of @kafkajs/confluent-schema-registry.');
  return {
    async decode(value) {
      if (value === null) return null;
      const id = schemaIdOf(value);
      // Apart from the decoding: what fails here is the registry's, what fails there is the payload's.
      try {
        await registry.getSchema(id);
      } catch (error) {
        throw isUnknownSchema(error) ? new UndecodableError(`The registry has no schema ${id}: ${errorMessage(error)}.`, error) : error;
      }
      try {
        return (await registry.decode(value)) as V;
      } catch (error) {
        throw new UndecodableError(`The value does not fit its schema ${id}: ${errorMessage(error)}.`, error);
      }
    },
  };
}

/** Source: Confluent's wire format, a zero byte and the id as four bytes in network order. */
function schemaIdOf(value: Buffer): number {
  if (value.length < 5 || value[0] !== 0)
    throw new UndecodableError('The value does not begin with the id of a schema: a zero byte and four bytes more.');
  return value.readInt32BE(1);
}

/**
 * The client has the status and the registry's text alone. A 404 without such a text is of something between both, and would send every
 * message to the dead-letter topic.
 */
function isUnknownSchema(error: unknown): boolean {
  return (
    (error as { readonly status?: unknown } | null)?.status === 404 && /\b(schema|subject|version)\b.*not found/i.test(errorMessage(error))
  );
}
