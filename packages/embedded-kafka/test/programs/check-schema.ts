// Compares the table of src/wire/apis with the message definitions of Apache Kafka, version by version:
//
//   node packages/embedded-kafka/test/programs/check-schema.ts kafka-clients-4.3.1.jar
//
// Prints a line for each API and for each difference; exits with 1 when there is a difference.
import { execFileSync } from 'node:child_process';
import { apiNames, apiOf } from '../../src/wire/apis/apis.ts';
import { isFlexible } from '../../src/wire/codecs/codecs.ts';
import { defaultOf, fieldSpecs, includes, type FieldSpec } from '../../src/wire/codecs/field-spec.ts';
import type { Fields, VersionRange } from '../../src/wire/apis/schema.ts';
import { versionsOf } from '../wire/samples.ts';

interface KafkaField {
  readonly name: string;
  readonly type: string;
  readonly versions: string;
  readonly nullableVersions?: string;
  readonly tag?: number;
  readonly taggedVersions?: string;
  readonly default?: string | number | boolean;
  readonly fields?: readonly KafkaField[];
}

interface KafkaMessage {
  readonly apiKey: number;
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly fields: readonly KafkaField[];
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly KafkaField[] }[];
}

const [jar] = process.argv.slice(2);
if (jar === undefined) throw new Error('Give the path of a kafka-clients jar.');

/** Fields that a later Kafka renamed, with the same bytes: `message.theirs` to ours. */
const renamed: Readonly<Record<string, string>> = {
  // 4.4.0 took the name that OffsetCommit has had since 3.5.
  'TxnOffsetCommit request.generationIdOrMemberEpoch': 'generationId',
};

let differences = 0;
for (const api of apiNames) {
  const versions = versionsOf(api);
  const before = differences;
  for (const direction of ['request', 'response'] as const) {
    const kafka = definition(jar, `${api}${direction === 'request' ? 'Request' : 'Response'}`);
    if (kafka.apiKey !== apiOf(api).key) report(api, `has key ${kafka.apiKey}`);
    for (const version of versions) {
      const at = `${api} ${direction} v${version}`;
      if (!inRange(kafka.validVersions, version)) report(at, 'is not a version of this Kafka');
      if (inRange(kafka.flexibleVersions, version) !== isFlexible(api, version)) report(at, 'is flexible in one and not in the other');
      compare(at, kafka, kafka.fields, apiOf(api)[direction], version, direction);
    }
  }
  process.stdout.write(`${differences === before ? 'same' : 'DIFFERENT'}  ${api} v${versions[0]} to v${versions.at(-1)}\n`);
}
process.exitCode = differences === 0 ? 0 : 1;

function compare(at: string, kafka: KafkaMessage, theirs: readonly KafkaField[], ours: Fields, version: number, direction: string): void {
  const present = theirs.filter((field) => inRange(field.versions, version));
  const specs = fieldSpecs(ours).filter((spec) => includes(spec.versions, version));
  const names = [present.map((field) => nameHere(at, field)).join(), specs.map((spec) => spec.name).join()];
  if (names[0] !== names[1]) return report(at, `has the fields ${names[0]}, here ${names[1]}`);
  for (const [index, field] of present.entries()) {
    const spec = specs[index];
    if (spec === undefined) continue;
    const path = `${at} ${spec.name}`;
    const elementType = field.type.replace('[]', '');
    const inner = field.fields ?? kafka.commonStructs?.find((struct) => struct.name === elementType)?.fields;
    const type = `${inner === undefined ? elementType : 'struct'}${field.type.startsWith('[]') ? '[]' : ''}`;
    const line = `${spec.type}${spec.isArray ? '[]' : ''}`;
    if (type !== line) report(path, `is ${type}, here ${line}`);
    const canBeNull = inRange(field.nullableVersions ?? 'none', version);
    if (canBeNull !== includes(spec.nullable, version)) report(path, `can be null in one and not in the other`);
    const tag = inRange(field.taggedVersions ?? 'none', version) ? field.tag : undefined;
    if (tag !== spec.tag) report(path, `has tag ${tag}, here ${spec.tag}`);
    if (!sameDefault(field, spec, canBeNull && direction === 'response'))
      report(path, `has default ${field.default}, here ${String(spec.default)}`);
    if (inner !== undefined && spec.fields !== undefined) compare(path, kafka, inner, spec.fields, version, direction);
  }
}

/** A response may omit a nullable field here, where Kafka's own code must set it. */
function sameDefault(field: KafkaField, spec: FieldSpec, mayBeNull: boolean): boolean {
  if (field.default === undefined) {
    const zero = defaultOf({ ...spec, default: undefined });
    return spec.default === undefined || spec.default === zero || (mayBeNull && spec.default === null);
  }
  const text = String(field.default).toLowerCase();
  return typeof spec.default === 'number' ? Number(text) === spec.default : text === String(spec.default);
}

function definition(path: string, name: string): KafkaMessage {
  const text = execFileSync('unzip', ['-p', path, `common/message/${name}.json`], { encoding: 'utf8' });
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as KafkaMessage;
}

function inRange(text: string, version: number): boolean {
  return includes(rangeOf(text), version);
}

function rangeOf(text: string): VersionRange | undefined {
  if (text === 'none') return undefined;
  const [min, max = text] = text.split(/[-+]/);
  return { min: Number(min), max: max === '' ? Infinity : Number(max) };
}

function nameHere(at: string, { name }: KafkaField): string {
  const theirs = name.charAt(0).toLowerCase() + name.slice(1);
  return renamed[`${at.replace(/ v\d+$/, '')}.${theirs}`] ?? theirs;
}

function report(at: string, what: string): void {
  differences += 1;
  process.stdout.write(`${at} ${what}\n`);
}
