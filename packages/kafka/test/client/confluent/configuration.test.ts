import { expect } from 'chai';
import { memberConfig, producerConfig } from '../../../src/client/confluent/engine/configuration.ts';
import { confluentEngine } from '../../../src/client/confluent/engine/engine-clients.ts';
import { MemberSigns } from '../../../src/client/confluent/engine/member/member-signs.ts';
import { PartitionBuffer } from '../../../src/client/confluent/engine/member/partition-buffer.ts';
import { library } from './use-confluent.ts';

const group = { groupId: 'g' };
const record = (offset: number) => ({ key: null, value: Buffer.alloc(30), timestamp: String(offset), offset: String(offset) });

describe("a member by Confluent's client", () => {
  for (const [option, value] of [
    ['group.protocol', 'consumer'],
    ['partition.assignment.strategy', 'cooperative-sticky'],
    ['enable.auto.commit', true],
    ['enable.auto.offset.store', true],
    ['auto.offset.reset', 'latest'],
    ['isolation.level', 'read_uncommitted'],
    ['rebalance_cb', true],
    ['session.timeout.ms', 'long'],
    ['max.poll.interval.ms', 5_000],
    ['kafkaJS', 'groupId'],
  ] as const)
    it(`is not made with ${option}: ${String(value)}, which the error names`, () => {
      for (const [base, given] of [
        [{ [option]: value }, {}],
        [{}, { [option]: value }],
      ] as const)
        expect(() => memberConfig('subscribe', base, given, group))
          .to.throw(option)
          .with.property('code', 'invalid_option');
    });

  it('takes an option that says what the engine needs, and keeps the parts of the log that were asked for', () => {
    const { config, topicConfig } = memberConfig('subscribe', { debug: 'broker' }, { 'auto.offset.reset': 'earliest' }, group);
    expect(config).to.include({ debug: 'broker,metadata' });
    expect(topicConfig).to.deep.equal({ 'auto.offset.reset': 'earliest' });
  });

  it('reads from the earliest record where its position is not in the log, by an option of its topics', () => {
    const { config, topicConfig } = memberConfig('subscribe', {}, {}, group);
    expect(config).not.to.have.property('auto.offset.reset');
    expect(topicConfig).to.deep.equal({ 'auto.offset.reset': 'earliest' });
  });

  it("has the session of its options, else of its group's configuration, else its own", () => {
    const sessionOf = (given: Record<string, number>, ofGroup: Parameters<typeof memberConfig>[3]) =>
      memberConfig('subscribe', {}, given, ofGroup).timing.sessionTimeout;
    expect(sessionOf({ 'session.timeout.ms': 7_000 }, { ...group, sessionTimeout: 10_000 })).to.equal(7_000);
    expect(sessionOf({}, { ...group, sessionTimeout: 10_000 })).to.equal(10_000);
    expect(sessionOf({}, group)).to.equal(30_000);
  });

  it('is not made by the Kafka of its KafkaJS API, and the error says what makes it', () => {
    class Kafka {
      admin(): void {}
      consumer(): void {}
      producer(): void {}
    }
    const kafka = new Kafka();
    expect(confluentEngine.fits(kafka)).to.equal(true);
    expect(() => confluentEngine.clients(kafka, 'subscribe')).to.throw('{ library, options }');
  });
});

describe("a producer by Confluent's client", () => {
  it('has the options of its topics apart, as librdkafka takes no heed of them beside those', () => {
    const { config, topicConfig } = producerConfig(
      'subscribe',
      { 'compression.codec': 'zstd' },
      { 'compression.level': 3, 'request.timeout.ms': 9_000 },
    );
    expect(topicConfig).to.deep.equal({
      acks: -1,
      partitioner: 'murmur2_random',
      'message.timeout.ms': 30_000,
      'compression.level': 3,
      'request.timeout.ms': 9_000,
    });
    expect(config).to.include({ 'compression.codec': 'zstd' });
    expect(config).not.to.have.any.keys(...Object.keys(topicConfig));
  });

  it('waits for all replicas, by whichever of its two names and wherever an option says another number', () => {
    for (const name of ['acks', 'request.required.acks'])
      for (const other of ['acks', 'request.required.acks']) {
        const { topicConfig } = producerConfig('subscribe', { [name]: 1 }, { [other]: 1 });
        expect(topicConfig).to.include({ acks: -1 }).and.not.to.have.property('request.required.acks');
      }
  });

  it('is not made with options of its KafkaJS API, which the error names', () => {
    for (const [base, given] of [
      [{ kafkaJS: 'acks' }, {}],
      [{}, { kafkaJS: 'acks' }],
    ] as const)
      expect(() => producerConfig('subscribe', base, given))
        .to.throw('kafkaJS')
        .with.property('code', 'invalid_option');
  });

  if (library !== undefined)
    it('is not made with a transactional id, outside of which it would send, but for transactions', () => {
      const id = { 'transactional.id': 'orders' };
      const options = { 'bootstrap.servers': '127.0.0.1:1' };
      for (const make of [
        () => confluentEngine.clients({ library, options: { ...options, ...id } }, 'subscribe').producer({}),
        () => confluentEngine.clients({ library, options }, 'subscribe').producer(id),
      ])
        expect(make).to.throw('transactional.id').with.property('code', 'invalid_option');
      confluentEngine.clients({ library, options }, 'subscribe').transactionalProducer({}, 'orders');
    });
});

describe("what librdkafka's log tells", () => {
  function told(...messages: readonly string[]): string[] {
    const said: string[] = [];
    const signs = new MemberSigns({
      confirmed: () => said.push('confirmed'),
      suspected: () => said.push('suspected'),
      replaced: (topic, id) => said.push(`replaced ${topic} by ${id}`),
      unreadable: (error) => said.push(`unreadable ${String(error)}`),
    });
    for (const message of messages) signs.log({ fac: 'METADATA', message });
    if (signs.takesLead()) said.push('leads');
    return said;
  }

  it('is another log under a name, but not the first one that it sees', () => {
    expect(told('[thrd:main]: Topic orders changed id from hsJXu/77QWaOcfO/IaBkeg to AAAAAAAAAAAAAAAAAAAAAQ')).to.deep.equal([
      'replaced orders by AAAAAAAAAAAAAAAAAAAAAQ',
    ]);
    expect(told('[thrd:main]: Topic orders changed id from AAAAAAAAAAAAAAAAAAAAAA to hsJXu/77QWaOcfO/IaBkeg')).to.deep.equal([]);
  });

  it('is a request for metadata of topics, and whether it was made to assign partitions', () => {
    expect(told('[thrd:main]: Requesting metadata for 1/1 topics: partition leader query')).to.deep.equal(['suspected']);
    expect(told('[thrd:main]: b/1: Request metadata for 1 topic(s): partition assignor')).to.deep.equal(['suspected', 'leads']);
    expect(told('[thrd:main]: b/1: Request metadata for brokers only: connected')).to.deep.equal([]);
  });
});

describe('the records of a partition', () => {
  function bufferAt(offset: bigint): PartitionBuffer {
    const buffer = new PartitionBuffer({ topic: 't', partition: 0 }, 1_000);
    buffer.seek(offset);
    return buffer;
  }
  const offsets = ({ messages }: ReturnType<PartitionBuffer['take']>) => messages.map(({ offset }) => Number(offset));

  it('come again behind what was resolved, before those that came meanwhile', () => {
    const buffer = bufferAt(0n);
    for (const offset of [0, 1, 2]) buffer.add(record(offset));
    const taken = buffer.take();
    buffer.add(record(3));
    buffer.ended(taken, buffer.version, 0n);
    expect([offsets(buffer.take()), offsets(buffer.take())]).to.deep.equal([[1, 2], [3]]);
  });

  it('do not come again after a seek', () => {
    const buffer = bufferAt(0n);
    buffer.add(record(0));
    const taken = buffer.take();
    const { version } = buffer;
    buffer.seek(5n);
    buffer.ended(taken, version, undefined);
    expect([buffer.isReady, buffer.next]).to.deep.equal([false, 5n]);
  });

  it('have the offsets up to the end, where control records follow the last one', () => {
    const buffer = bufferAt(0n);
    buffer.add(record(0));
    buffer.ends(3n);
    expect(buffer.take().lastOffset).to.equal(2n);
    buffer.ends(4n);
    expect(buffer.take()).to.include({ fetchedOffset: 3n, lastOffset: 3n });
  });

  it('are not wanted while twice a batch waits, until half a batch is left', () => {
    const buffer = bufferAt(0n);
    let next = 0;
    while (buffer.isWanted) buffer.add(record(next++));
    expect(next).to.equal(21);
    const first = buffer.take();
    expect([first.messages.length, buffer.isWanted]).to.deep.equal([10, false]);
    buffer.take();
    expect(buffer.isWanted).to.equal(true);
  });

  it('tell when the client has gone back by itself', () => {
    const buffer = bufferAt(5n);
    expect([buffer.add(record(0)), buffer.add(record(1)), offsets(buffer.take())]).to.deep.equal([false, true, [0, 1]]);
  });
});
