import { expect } from 'chai';
import { CompressionTypes } from 'kafkajs';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { describeWhereKnown } from '../support/describe-where-known.ts';
import { errorName, outcome } from '../support/error-name.ts';
import { only } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

type Described = Awaited<ReturnType<typeof ask<'DescribeConfigs'>>>['results'][number];

const topicResource = 2;
const [fromTopic, byDefault] = [1, 5];
const typeNames = new Map([
  [1, 'boolean'],
  [2, 'string'],
  [3, 'int'],
  [5, 'long'],
  [6, 'double'],
  [7, 'list'],
]);
const longest = '9223372036854775807';

/** Every topic config of Apache Kafka 4.4 with its type, its default, and the broker config that the default is from. */
const table = [
  ['cleanup.policy', 'list', 'delete', 'log.cleanup.policy'],
  ['compression.gzip.level', 'int', '-1', 'compression.gzip.level'],
  ['compression.lz4.level', 'int', '9', 'compression.lz4.level'],
  ['compression.type', 'string', 'producer', 'compression.type'],
  ['compression.zstd.level', 'int', '3', 'compression.zstd.level'],
  ['delete.retention.ms', 'long', '86400000', 'log.cleaner.delete.retention.ms'],
  ['errors.deadletterqueue.group.enable', 'boolean', 'false'],
  ['file.delete.delay.ms', 'long', '60000', 'log.segment.delete.delay.ms'],
  ['flush.messages', 'long', longest, 'log.flush.interval.messages'],
  ['flush.ms', 'long', longest],
  ['follower.replication.throttled.replicas', 'list', ''],
  ['index.interval.bytes', 'int', '4096', 'log.index.interval.bytes'],
  ['leader.replication.throttled.replicas', 'list', ''],
  ['local.retention.bytes', 'long', '-2', 'log.local.retention.bytes'],
  ['local.retention.ms', 'long', '-2', 'log.local.retention.ms'],
  ['max.compaction.lag.ms', 'long', longest, 'log.cleaner.max.compaction.lag.ms'],
  ['max.decompressed.message.bytes', 'int', '2147483639', 'max.decompressed.message.bytes'],
  ['max.message.bytes', 'int', '1048588', 'message.max.bytes'],
  ['message.timestamp.after.max.ms', 'long', '3600000', 'log.message.timestamp.after.max.ms'],
  ['message.timestamp.before.max.ms', 'long', longest, 'log.message.timestamp.before.max.ms'],
  ['message.timestamp.type', 'string', 'CreateTime', 'log.message.timestamp.type'],
  ['min.cleanable.dirty.ratio', 'double', '0.5', 'log.cleaner.min.cleanable.ratio'],
  ['min.compaction.lag.ms', 'long', '0', 'log.cleaner.min.compaction.lag.ms'],
  ['min.insync.replicas', 'int', '1', 'min.insync.replicas'],
  ['preallocate', 'boolean', 'false', 'log.preallocate'],
  ['remote.copy.lag.bytes', 'long', '-1', 'log.remote.copy.lag.bytes'],
  ['remote.copy.lag.ms', 'long', '0', 'log.remote.copy.lag.ms'],
  ['remote.log.copy.disable', 'boolean', 'false'],
  ['remote.log.delete.on.disable', 'boolean', 'false'],
  ['remote.storage.enable', 'boolean', 'false'],
  ['retention.bytes', 'long', '-1', 'log.retention.bytes'],
  ['retention.ms', 'long', '604800000'],
  ['segment.bytes', 'int', '1073741824', 'log.segment.bytes'],
  ['segment.index.bytes', 'int', '10485760', 'log.index.size.max.bytes'],
  ['segment.jitter.ms', 'long', '0'],
  ['segment.ms', 'long', '604800000'],
  ['unclean.leader.election.enable', 'boolean', 'false', 'unclean.leader.election.enable'],
] as const;

const wrong = (value: string, name: string, reason: string): string => `Invalid value ${value} for configuration ${name}: ${reason}`;
const replicas =
  "must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...";

/** Values that are accepted, and for those that are not, why. */
const judged: readonly (readonly [name: string, accepted: readonly string[], rejected: Readonly<Record<string, string>>])[] = [
  ['cleanup.policy', ['', 'delete, compact', 'delete,delete'], { forever: 'String must be one of: compact, delete' }],
  ['compression.gzip.level', ['-1', '1', '9'], { '-2': gzipReason(), '0': gzipReason(), '10': gzipReason() }],
  ['compression.lz4.level', ['1', '17', ' 7 ', '+7'], { '0': 'Value must be at least 1', '18': 'Value must be no more than 17' }],
  ['compression.type', ['zstd', ' gzip'], { GZIP: 'String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer' }],
  ['compression.zstd.level', ['-131072', '22'], { '-131073': 'Value must be at least -131072', '23': 'Value must be no more than 22' }],
  ['errors.deadletterqueue.group.enable', ['true', 'FALSE', ' true '], { yes: 'Expected value to be either true or false' }],
  ['local.retention.bytes', ['-2', longest], { '-3': 'Value must be at least -2', [`${longest}0`]: 'Not a number of type LONG' }],
  ['local.retention.ms', ['-2', '0'], { '-3': 'Value must be at least -2', '1.5': 'Not a number of type LONG' }],
  [
    'max.decompressed.message.bytes',
    ['1', '2147483639'],
    {
      '0': 'Value must be at least 1',
      '2147483640': 'Value must be no more than 2147483639',
      '2147483648': 'Not a number of type INT',
    },
  ],
  [
    'min.cleanable.dirty.ratio',
    ['1', '.5', '1e-1'],
    { '-0.1': 'Value must be at least 0', '1.1': 'Value must be no more than 1', half: 'Not a number of type DOUBLE' },
  ],
  ['remote.copy.lag.bytes', ['-1', '0'], { '-2': 'Value must be at least -1', many: 'Not a number of type LONG' }],
  ['remote.copy.lag.ms', ['-1', '0'], { '-2': 'Value must be at least -1', soon: 'Not a number of type LONG' }],
  ['remote.log.copy.disable', ['true', 'false'], { '1': 'Expected value to be either true or false' }],
  ['remote.log.delete.on.disable', ['true', 'false'], { no: 'Expected value to be either true or false' }],
  ['remote.storage.enable', ['false'], { on: 'Expected value to be either true or false' }],
  ['retention.bytes', ['-3'], { all: 'Not a number of type LONG' }],
  ['segment.bytes', ['1048576'], { '1048575': 'Value must be at least 1048576' }],
];

function gzipReason(): string {
  return 'Value must be between 1 and 9 or equal to -1';
}

async function describeTopic(broker: string, resourceName: string, configurationKeys: string[] | null): Promise<Described> {
  const resources = [{ resourceType: topicResource, resourceName, configurationKeys }];
  return only((await ask(broker, 'DescribeConfigs', 4, { resources, includeSynonyms: true })).results);
}

/** Whether the broker has the newest of these configs. */
async function knowsThem(broker: string): Promise<boolean> {
  const topics = [
    {
      name: 'never-created',
      numPartitions: 1,
      replicationFactor: 1,
      assignments: [],
      configs: [{ name: 'remote.copy.lag.ms', value: '0' }],
    },
  ];
  return only((await ask(broker, 'CreateTopics', 6, { topics, validateOnly: true })).topics).errorCode === 0;
}

describeWhereKnown({ name: 'topic configs of 4.4', isKnown: knowsThem }, 'contract: every topic config of Kafka 4.4', () => {
  const kafka = useKafka();

  /** The broker's error and message when a topic is created with the configs; nothing is created. */
  const create = async (wanted: Readonly<Record<string, string | null>>): Promise<string> => {
    const configs = Object.entries(wanted).map(([name, value]) => ({ name, value }));
    const topics = [{ name: kafka.topicName(), numPartitions: 1, replicationFactor: 1, assignments: [], configs }];
    const { errorCode, errorMessage } = only((await ask(kafka.broker(), 'CreateTopics', 6, { topics, validateOnly: true })).topics);
    return answer(errorCode, errorMessage);
  };
  /** The same when configs of a topic are changed; nothing is changed. */
  const change = async (
    topic: string,
    changes: readonly (readonly [name: string, operation: number, value: string | null])[],
  ): Promise<string> => {
    const configs = changes.map(([name, configOperation, value]) => ({ name, configOperation, value }));
    const resources = [{ resourceType: topicResource, resourceName: topic, configs }];
    const { responses } = await ask(kafka.broker(), 'IncrementalAlterConfigs', 1, { resources, validateOnly: true });
    return answer(only(responses).errorCode, only(responses).errorMessage);
  };
  const answer = (code: number, message: string | null): string => (code === 0 ? 'NONE' : `${errorName(code)}: ${message}`);
  const [set, reset, append, subtract] = [0, 1, 2, 3];

  it('describes each with its type, its default and the broker config that it has the default from', async () => {
    const { configs } = await describeTopic(kafka.broker(), await kafka.createTopic(), null);
    const facts = configs.map(({ name, configType, value, synonyms, readOnly, isSensitive }) => {
      const origin = synonyms.find(({ source }) => source === byDefault);
      expect([readOnly, isSensitive]).to.deep.equal([false, false]);
      return [name, typeNames.get(configType), origin?.value ?? value, ...(origin === undefined ? [] : [origin.name])];
    });
    expect(facts.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).to.deep.equal(table);
  });

  for (const [name, accepted, rejected] of judged) {
    it(`accepts or rejects values of ${name} for a new topic and for one that is there`, async () => {
      const topic = await kafka.createTopic();
      for (const value of accepted) {
        expect(await create({ [name]: value })).to.equal('NONE', value);
        expect(await change(topic, [[name, set, value]])).to.equal('NONE', value);
      }
      for (const [value, reason] of Object.entries(rejected)) {
        const problem = `INVALID_CONFIG: ${wrong(value, name, reason)}`;
        expect(await create({ [name]: value })).to.equal(problem);
        expect(await change(topic, [[name, set, value]])).to.equal(problem);
      }
      expect(await create({ [name]: null })).to.equal(`INVALID_CONFIG: Null value not supported for topic configs: ${name}`);
      expect(await change(topic, [[name, set, null]])).to.equal(`INVALID_REQUEST: Null value not supported for : ${name}`);
      expect(await change(topic, [[name, reset, null]])).to.equal('NONE');
    });
  }

  it('names the element of a list that is wrong, or the whole list where its form is', async () => {
    const throttled = 'leader.replication.throttled.replicas';
    expect(await create({ [throttled]: '*' })).to.equal('NONE');
    expect(await create({ [throttled]: '0:1, 1:2' })).to.equal('NONE');
    expect(await create({ [throttled]: '*,0:1' })).to.equal(`INVALID_CONFIG: ${wrong('[*, 0:1]', throttled, `${throttled} ${replicas}`)}`);
    const reason = 'String must be one of: compact, delete';
    expect(await create({ 'cleanup.policy': 'delete,all,none' })).to.equal(`INVALID_CONFIG: ${wrong('all', 'cleanup.policy', reason)}`);
    expect(await create({ 'cleanup.policy': 'delete,' })).to.equal(
      "INVALID_CONFIG: Configuration 'cleanup.policy' values must not be empty.",
    );
  });

  it('rejects configs that do not go together, and tiered storage, which the broker does not have', async () => {
    const topic = await kafka.createTopic();
    const lags = { 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' };
    const conflict = 'INVALID_CONFIG: conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)';
    expect(await create(lags)).to.equal(conflict);
    expect(
      await change(
        topic,
        Object.entries(lags).map(([name, value]) => [name, set, value] as const),
      ),
    ).to.equal(conflict);
    const tiered =
      'INVALID_CONFIG: Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.';
    expect(await create({ 'remote.storage.enable': 'true' })).to.equal(tiered);
    expect(await change(topic, [['remote.storage.enable', set, ' TRUE ']])).to.equal(tiered);
  });

  it('changes elements of lists only, and each config once', async () => {
    const topic = await kafka.createTopic();
    expect(await change(topic, [['cleanup.policy', append, 'compact']])).to.equal('NONE');
    expect(await change(topic, [['cleanup.policy', subtract, 'delete']])).to.equal('NONE');
    expect(await change(topic, [['remote.copy.lag.ms', append, '1']])).to.equal(
      "INVALID_CONFIG: Can't APPEND to key remote.copy.lag.ms because its type is not LIST.",
    );
    expect(await change(topic, [['no.such.config', subtract, '1']])).to.equal(
      "INVALID_CONFIG: Can't SUBTRACT to key no.such.config because its type is not LIST.",
    );
    const both = [['flush.ms', append, null] as const, ['remote.copy.lag.ms', set, null] as const];
    expect(await change(topic, both)).to.equal('INVALID_REQUEST: Null value not supported for : flush.ms, remote.copy.lag.ms');
    const twice = [['flush.ms', set, '1'] as const, ['flush.ms', set, '2'] as const];
    expect(await change(topic, twice)).to.equal('INVALID_REQUEST: Error due to duplicate config keys');
  });

  it('describes a value in its usual form, however it was written', async () => {
    const written = {
      'cleanup.policy': ' delete , compact,delete',
      'compression.lz4.level': '+07',
      'follower.replication.throttled.replicas': '0:1, 0:1',
      'message.timestamp.type': ' LogAppendTime ',
      'min.cleanable.dirty.ratio': '1',
      'remote.log.copy.disable': ' TRUE ',
    };
    const { configs } = await describeTopic(kafka.broker(), await kafka.createTopic({ configs: written }), Object.keys(written));
    const values = configs.map(({ name, value, configSource, synonyms }) => [name, value, configSource, synonyms[0]?.value]);
    expect(values).to.have.deep.members([
      ['cleanup.policy', 'delete,compact', fromTopic, 'delete,compact'],
      ['compression.lz4.level', '7', fromTopic, '7'],
      ['follower.replication.throttled.replicas', '0:1,0:1', fromTopic, '0:1,0:1'],
      ['message.timestamp.type', 'LogAppendTime', fromTopic, 'LogAppendTime'],
      ['min.cleanable.dirty.ratio', '1.0', fromTopic, '1.0'],
      ['remote.log.copy.disable', 'true', fromTopic, 'true'],
    ]);
  });

  it('rejects a record of a compressed batch that is larger than max.decompressed.message.bytes', async () => {
    const topic = await kafka.createTopic({ configs: { 'max.decompressed.message.bytes': '100' } });
    const producer = await kafka.producer();
    // Beside its value, a record without a key and headers has seven bytes.
    const send = (size: number, compression: CompressionTypes): Promise<string> =>
      outcome(producer.send({ topic, compression, messages: [60, size, 60].map((length) => ({ value: 'x'.repeat(length) })) }));
    expect(await send(93, CompressionTypes.GZIP)).to.equal('NONE');
    expect(await send(94, CompressionTypes.GZIP)).to.equal('INVALID_RECORD');
    expect(await send(94, CompressionTypes.None)).to.equal('NONE');
  });
});
