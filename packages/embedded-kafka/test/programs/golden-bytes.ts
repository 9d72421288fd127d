// Writes test/wire/apache-kafka-bytes.json anew, after the table got an API or a version:
//
//   node packages/embedded-kafka/test/programs/golden-bytes.ts CLASSPATH
//
// CLASSPATH has kafka-clients 4.3.1, jackson-databind, jackson-core, jackson-annotations and slf4j-api.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiOf } from '../../src/wire/apis.ts';
import { fieldSpecs, includes } from '../../src/wire/field-spec.ts';
import type { Message } from '../../src/wire/message-codec.ts';
import type { Fields } from '../../src/wire/schema.ts';
import { clientId, correlationId, everySample } from '../wire/every-sample.ts';

const [classPath] = process.argv.slice(2);
if (classPath === undefined) throw new Error('Give the class path with kafka-clients and jackson-databind.');

const samples = everySample();
const lines = samples.map(({ api, direction, version, body }) =>
  JSON.stringify(
    { api, key: apiOf(api).key, direction, version, correlationId, clientId, body: ofVersion(apiOf(api)[direction], version, body) },
    asKafkaJson,
  ),
);
const hex = execFileSync('java', ['-cp', classPath, fileURLToPath(new URL('GoldenBytes.java', import.meta.url))], {
  input: lines.join('\n'),
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
})
  .trimEnd()
  .split('\n');

const file = new URL('../wire/apache-kafka-bytes.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(samples.map(({ name }, index) => [name, hex[index]])), null, 2)}\n`);

/** Kafka's JSON must not have the fields that its version has not. */
function ofVersion(fields: Fields, version: number, message: Message): Message {
  const inner = (of: Fields, value: unknown): unknown =>
    Array.isArray(value)
      ? value.map((one) => ofVersion(of, version, one))
      : value === null
        ? null
        : ofVersion(of, version, value as Message);
  const present = fieldSpecs(fields).filter((spec) => includes(spec.versions, version));
  return Object.fromEntries(present.map(({ name, fields: of }) => [name, of === undefined ? message[name] : inner(of, message[name])]));
}

/** Kafka's JSON has bytes and uuids in Base64. */
function asKafkaJson(_key: string, value: unknown): unknown {
  if (isBufferJson(value)) return Buffer.from(value.data).toString('base64');
  if (typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) {
    return Buffer.from(value.replaceAll('-', ''), 'hex').toString('base64url');
  }
  return value;
}

function isBufferJson(value: unknown): value is { readonly type: 'Buffer'; readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
}
