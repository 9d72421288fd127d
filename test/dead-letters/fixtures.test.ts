import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { readDeadLetterRecord, type DeadLetterRecord } from '../../packages/kafka/src/dead-letters/dead-letter-record.ts';
import { writers } from '../../packages/kafka/src/dead-letters/writers/writers.ts';
import { bytesOf, keptDeadLetters, type Fixture, type KeptRecord } from './fixture.ts';
import { software } from './software.ts';

const fixtures = keptDeadLetters.read();

/** What each says of the failure, beside its origin. */
const expected: Readonly<Record<string, Partial<DeadLetterRecord>>> = {
  spring: { writer: 'Spring', errorClass: 'java.lang.IllegalStateException', errorMessage: 'no stock for tea', groupId: 'packing.spring' },
  'spring-retry-topics': {
    writer: 'Spring retry topics',
    errorClass: 'java.lang.IllegalStateException',
    errorMessage: 'no stock for tea',
    groupId: 'packing.spring-retry-topics',
    attempts: 3,
  },
  smallrye: { writer: 'SmallRye', errorClass: 'java.lang.IllegalStateException', errorMessage: 'no stock for tea' },
  'smallrye-retry-topics': {
    writer: 'SmallRye retry topics',
    errorClass: 'java.lang.IllegalStateException',
    errorMessage: 'no stock for tea',
    attempts: 3,
  },
  'cloud-stream': {
    writer: 'Spring Cloud Stream',
    errorClass: 'java.lang.IllegalStateException',
    errorMessage: 'no stock for tea',
    groupId: 'packing.cloud-stream',
  },
  watermill: { writer: 'Watermill', originalPartition: undefined, originalOffset: undefined, errorMessage: 'no stock for tea', key: null },
  'kafka-streams': { writer: 'Kafka Streams', errorClass: 'java.lang.IllegalStateException', errorMessage: 'no stock for tea' },
  'kafka-connect': {
    writer: 'Kafka Connect',
    errorClass: 'org.apache.kafka.connect.errors.DataException',
    groupId: 'connect-packing.kafka-connect',
  },
  'share-group': {
    writer: 'share group',
    groupId: 'packing.share-group',
    attempts: 1,
    errorMessage: 'Offset rejected by client.',
    value: null,
  },
  'share-group-copy': { writer: 'share group', groupId: 'packing.share-group-copy', attempts: 1, value: Buffer.from('tea') },
};

/** The record as kafkajs delivers it. */
function delivered({ offset, timestamp, key, value, headers }: KeptRecord): KafkaMessage {
  const all: IHeaders = {};
  for (const [name, text] of headers) {
    const bytes = bytesOf(text) as Buffer;
    const before = all[name];
    all[name] = before === undefined ? bytes : [...(Array.isArray(before) ? before : [before]), bytes];
  }
  return { offset, timestamp: String(timestamp), key: bytesOf(key), value: bytesOf(value), headers: all, attributes: 0 };
}

/** What is read of each of its dead-letter records. */
function read({ deadLetters }: Fixture): readonly DeadLetterRecord[] {
  return deadLetters.map((record) => readDeadLetterRecord(record.topic, record.partition, delivered(record)));
}

describe('dead-letter records of other software, as it wrote them', () => {
  it('are kept for all of it, in the versions that the programs name', () => {
    expect([...fixtures.keys()]).to.have.members(software.map(({ name }) => name));
    for (const each of software) expect(fixtures.get(each.name)).to.deep.include({ software: each.title, versions: each.versions() });
  });

  it('are of writers that the page names', () => {
    const page = readFileSync(`${import.meta.dirname}/../../docs/replay.md`, 'utf8');
    const rows =
      page
        .split('<!-- writers -->')[1]
        ?.split('<!-- end of writers -->')[0]
        ?.matchAll(/^\| `([^`]+)`/gm) ?? [];
    expect([...rows].map(([, name]) => name).slice(1)).to.have.members(writers.map(({ name }) => name));
  });

  for (const [name, fixture] of fixtures)
    it(`say where the record came from and why it failed: ${fixture.software}`, () => {
      const { topic, partition, offset, timestamp, traceId } = fixture.source;
      const records = read(fixture);
      expect(records).to.have.length.above(0);
      // Watermill says nothing but the topic.
      const place = name === 'watermill' ? {} : { originalPartition: partition, originalOffset: offset };
      for (const record of records) expect(record).to.deep.include({ originalTopic: topic, ...place, replays: 0 });
      const last = records.at(-1);
      expect(last).to.deep.include(expected[name]);
      expect(last?.traceId).to.equal(name.startsWith('share-group') ? undefined : traceId);
      if (last?.originalTimestamp !== undefined) expect(last.originalTimestamp).to.equal(timestamp);
    });
});
