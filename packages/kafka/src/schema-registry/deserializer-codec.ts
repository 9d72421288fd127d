import { errorMessage } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { isThenable } from '../core/outcome.ts';
import { UndecodableError, type Codec, type CodecContext } from '../subscribe/attempt/codec.ts';

/** The part of the deserializers of `@confluentinc/schemaregistry` that the codec uses. */
export interface DeserializerLike {
  deserialize(topic: string, payload: Buffer, headers?: CodecContext['headers']): Promise<unknown>;
}

/**
 * A codec for values that were encoded with a schema of Confluent's registry, by a deserializer of `@confluentinc/schemaregistry` 1: Avro,
 * JSON Schema or Protobuf, with the schema's id in front of the payload or in the header `__value_schema_id`. A tombstone is `null`.
 *
 * It throws an {@link UndecodableError} for a value without a schema's id, for a schema that the registry does not have, and for a payload
 * that does not fit its schema. When the registry does not answer, or answers anything else, and when a rule of the schema fails, which may
 * be for want of a key service, the error makes a failed attempt, which is retried: no message goes to the dead-letter topic because of an
 * outage, unless it outlasts all attempts.
 *
 * @typeParam V the value, which the caller vouches for: a schema is known at run time only
 * @param client a `SchemaRegistryClient`
 * @param deserializer makes the deserializer of the client that it is given, which is `client` and remembers what failed in it:
 *   `(client) => new AvroDeserializer(client, SerdeType.VALUE, {})`
 * @throws {KafkaTracingError} `invalid_option`, at once; what `deserializer` throws
 */
export function deserializerCodec<C extends object, V = unknown>(
  client: C,
  deserializer: (client: C) => DeserializerLike,
): Codec<V | null> {
  if (typeof client !== 'object' || client === null || typeof deserializer !== 'function')
    throw new KafkaTracingError(
      'invalid_option',
      'deserializerCodec takes a SchemaRegistryClient of @confluentinc/schemaregistry and a function that makes a deserializer of it.',
    );
  const failed = new WeakSet<object>();
  const made = deserializer(remembering(client, failed));
  return {
    async decode(value, { topic, headers }) {
      if (value === null) return null;
      try {
        return (await made.deserialize(topic, value, headers)) as V;
      } catch (error) {
        if (isUnknownSchema(error)) throw new UndecodableError(`The registry does not have the schema: ${errorMessage(error)}.`, error);
        if (isOf(failed, error) || isOfRule(error)) throw error;
        throw new UndecodableError(`The value does not fit its schema: ${errorMessage(error)}.`, error);
      }
    },
  };
}

/** The client with its own members, called on the client itself; what they throw or reject with is remembered. */
function remembering<C extends object>(client: C, failed: WeakSet<object>): C {
  const remember = (error: unknown): never => {
    if (typeof error === 'object' && error !== null) failed.add(error);
    throw error;
  };
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        try {
          const answer: unknown = member.apply(target, args);
          return isThenable(answer) ? answer.then(undefined, remember) : answer;
        } catch (error) {
          return remember(error);
        }
      };
    },
  });
}

/** Source: the API of Confluent's registry: 40401 subject, 40402 version, 40403 schema not found. */
function isUnknownSchema(error: unknown): boolean {
  const code = (error as { readonly errorCode?: unknown } | null)?.errorCode;
  return code === 40_401 || code === 40_402 || code === 40_403;
}

function isOf(failed: WeakSet<object>, error: unknown): boolean {
  return typeof error === 'object' && error !== null && failed.has(error);
}

/** The client wraps what a rule throws, and keeps the text alone. */
function isOfRule(error: unknown): boolean {
  return /^rule .* failed: /s.test(errorMessage(error));
}
