// Rewrites test/wire/other-codecs/apache-kafka-bytes.json after an API or a version was added to the table:
//
//   node packages/embedded-kafka/test/programs/golden-bytes.ts CLASSPATH
//
// CLASSPATH has kafka-clients 4.3.1, jackson-databind, jackson-core, jackson-annotations and slf4j-api; java is that of
// JAVA_HOME, or else /usr/bin/java.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiOf } from '../../src/wire/apis/apis.ts';
import { clientId, correlationId, everySample } from '../wire/samples.ts';
import { fieldsOfVersion } from '../wire/other-codecs/comparable-messages.ts';

const [classPath] = process.argv.slice(2);
if (classPath === undefined) throw new Error('Give the class path with kafka-clients and jackson-databind.');

const samples = everySample();
// Kafka's JSON must not contain fields that its version does not have.
const lines = samples.map(({ api, direction, version, body }) =>
  JSON.stringify(
    { api, key: apiOf(api).key, direction, version, correlationId, clientId, body: fieldsOfVersion(apiOf(api)[direction], version, body) },
    asKafkaJson,
  ),
);
const java = join(process.env['JAVA_HOME'] ?? '/usr', 'bin/java');
const program = fileURLToPath(new URL('GoldenBytes.java', import.meta.url));
const printed = execFileSync(java, ['-cp', classPath, program], { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 });
const hex = printed.trimEnd().split('\n');

const file = new URL('../wire/other-codecs/apache-kafka-bytes.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(samples.map(({ name }, index) => [name, hex[index]])), null, 2)}\n`);

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
