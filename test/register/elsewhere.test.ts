import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kafkaUnderTest, type KafkaUnderTest, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { isInstalled, Programs } from './support/registered.ts';

const copies = ['first', 'second'];
const keysOf = (spans: readonly ReceivedSpan[]): unknown[] => spans.map(({ attributes }) => attributes['kafka.message.key']);

describe('@tracelink/register', () => {
  let kafka: KafkaUnderTest;
  let programs: Programs;
  let folder: string;
  before('find the broker, and copy kafkajs twice', async () => {
    kafka = await kafkaUnderTest();
    programs = new Programs(kafka);
    folder = mkdtempSync(join(tmpdir(), 'tracelink-copy-'));
    const kafkajs = dirname(createRequire(import.meta.url).resolve('kafkajs'));
    for (const copy of copies) cpSync(kafkajs, join(folder, copy, 'node_modules/kafkajs'), { recursive: true });
  });
  after('stop what was started', async () => {
    rmSync(folder, { recursive: true });
    await kafka.stop();
  });

  it('traces clients however a program comes by them, and of each copy of a library', async () => {
    const { spans, output } = await programs.run('ways.mjs', {
      imports: ['@tracelink/register'],
      args: copies.map((copy) => join(folder, copy)),
    });
    expect(keysOf(spans), output).to.have.members(['later', 'namespace', 'required', 'copy', 'url']);
  });

  it('traces threads, and processes that a program starts, by NODE_OPTIONS', async () => {
    const env = { NODE_OPTIONS: '--conditions=@tracelink/source --disable-warning=TimeoutNegativeWarning --import @tracelink/register' };
    const { spans, output } = await programs.run('elsewhere.cjs', { imports: [], env });
    expect(output).to.equal('');
    expect(keysOf(spans)).to.have.members(['thread', 'process']);
  });

  if (isInstalled('@confluentinc/kafka-javascript'))
    it('has one trace where an order goes from kafkajs over Confluent’s and Platformatic’s clients back to kafkajs', async () => {
      const { tree } = await programs.order('mixed.mjs', { imports: ['@tracelink/register'] }, ['placed', 'packed', 'shipped']);
      expect(tree).to.equal(`trace
└─ shop: POST (server)
   └─ shop: send placed (producer)
      └─ shop: process placed (consumer)
         │  → shop: send placed
         └─ shop: send packed (producer)
            └─ shop: process packed (consumer)
               │  → shop: send packed
               └─ shop: send shipped (producer)
                  └─ shop: process shipped (consumer)
                        → shop: send shipped`);
    });
});
