import { expect } from 'chai';
import fc from 'fast-check';
import type { IHeaders } from 'kafkajs';
import { readDeadLetterRecord, type DeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { isDeadLetterTopic } from '../../src/dead-letters/dead-letter-topics.ts';
import { writers } from '../../src/dead-letters/writers/writers.ts';

const [recordTrace, deadLetterTrace] = ['a'.repeat(32), 'b'.repeat(32)];
const traceparent = (traceId: string): string => `00-${traceId}-${'c'.repeat(16)}-01`;

function read(headers: IHeaders, topic = 'orders-dlt'): DeadLetterRecord {
  return readDeadLetterRecord(topic, 0, { offset: '1', key: null, value: null, timestamp: '7000', attributes: 0, headers });
}

/** A big-endian integer. */
function int(value: number, bytes: 4 | 6 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const origin = (prefix: string, topic: string): IHeaders => ({
  [`${prefix}-topic`]: topic,
  [`${prefix}-partition`]: int(3, 4),
  [`${prefix}-offset`]: int(70_000, 8),
  [`${prefix}-timestamp`]: int(1_795_969_465_252, 8),
});
const listener = 'org.springframework.kafka.listener.ListenerExecutionFailedException';
const from = { originalTopic: 'orders', originalPartition: 3, originalOffset: '70000' };

describe('a dead-letter record', () => {
  it('has the first origin of a record that failed twice in Spring', () => {
    const first = origin('kafka_dlt-original', 'orders');
    const second = origin('kafka_dlt-original', 'orders-dlt');
    const both = Object.fromEntries(Object.keys(first).map((name) => [name, [first[name], second[name]] as Buffer[]]));
    expect(read(both)).to.deep.include({ writer: 'Spring', ...from, originalTimestamp: 1_795_969_465_252 });
  });

  it('by Spring has the error of the listener, of its key, or the innermost one in the stack of a batch', () => {
    const of = (error: IHeaders): unknown[] => {
      const { errorClass, errorMessage } = read({ ...origin('kafka_dlt-original', 'orders'), ...error });
      return [errorClass, errorMessage];
    };
    const fqcn = 'kafka_dlt-exception-fqcn';
    expect(of({ [fqcn]: listener, 'kafka_dlt-exception-cause-fqcn': 'a.StockError' })).to.deep.equal(['a.StockError', undefined]);
    expect(of({ [fqcn]: 'a.StockError', 'kafka_dlt-exception-message': 'none' })).to.deep.equal(['a.StockError', 'none']);
    const ofKey = { 'kafka_dlt-key-exception-fqcn': 'a.KeyError', 'kafka_dlt-key-exception-message': 'bad' };
    expect(of(ofKey)).to.deep.equal(['a.KeyError', 'bad']);
    const stack = `${listener}: x\n\tat a.B.c(B.java:1)\nCaused by: a.BatchListenerFailedException: y\n\tat a.B\nCaused by: a.StockError: none left\n`;
    expect(
      of({ [fqcn]: `org.springframework.kafka.listener.BatchListenerFailedException`, 'kafka_dlt-exception-stacktrace': stack }),
    ).to.deep.equal(['a.StockError', 'none left']);
  });

  it('of Spring’s retry topics has the attempts that were made, by the last number', () => {
    const headers = {
      ...origin('kafka_original', 'orders'),
      'kafka_exception-fqcn': listener,
      'kafka_exception-cause-fqcn': 'a.StockError',
      'retry_topic-attempts': [int(2, 4), int(3, 4)],
      'retry_topic-original-timestamp': int(1_795_969_465_252, 6),
      'kafka_dlt-original-consumer-group': 'packing',
    };
    expect(read(headers)).to.deep.include({
      writer: 'Spring retry topics',
      ...from,
      attempts: 2,
      groupId: 'packing',
      errorClass: 'a.StockError',
    });
  });

  it('of Spring Cloud Stream has the group of its topic’s name, and the innermost error', () => {
    const stack = 'org.springframework.messaging.MessagingException: x\nCaused by: a.StockError: none left\n';
    const headers = {
      ...origin('x-original', 'orders'),
      'x-exception-fqcn': 'org.springframework.messaging.MessagingException',
      'x-exception-message': 'failed [Message@1a2b]; none left',
      'x-exception-stacktrace': stack,
    };
    expect(read(headers, 'error.orders.packing')).to.deep.include({
      writer: 'Spring Cloud Stream',
      ...from,
      groupId: 'packing',
      errorClass: 'a.StockError',
      errorMessage: 'none left',
    });
  });

  it('of SmallRye has the last origin, and the first trace of two', () => {
    const headers = {
      'dead-letter-topic': ['orders_retry', 'orders'],
      'dead-letter-partition': ['0', '3'],
      'dead-letter-offset': ['5', '70000'],
      'dead-letter-exception-class-name': 'a.Wrapper',
      'dead-letter-reason': 'wrapped',
      'dead-letter-cause-class-name': 'a.StockError',
      'dead-letter-cause': 'none left',
      traceparent: [traceparent(recordTrace), traceparent(deadLetterTrace)],
    };
    expect(read(headers)).to.deep.include({
      writer: 'SmallRye',
      ...from,
      errorClass: 'a.StockError',
      errorMessage: 'none left',
      traceId: recordTrace,
    });
  });

  it('of SmallRye’s retry topics has the last origin, the first attempt among its count, and its first time', () => {
    const headers = {
      'delayed-retry-topic': ['orders_retry_10000', 'orders'],
      'delayed-retry-partition': ['0', '3'],
      'delayed-retry-offset': ['0', '70000'],
      'delayed-retry-exception-class-name': ['a.StockError', 'a.Older'],
      'delayed-retry-reason': ['none left', 'older'],
      'delayed-retry-count': '2',
      'delayed-retry-original-timestamp': '1795969465252',
    };
    expect(read(headers)).to.deep.include({
      writer: 'SmallRye retry topics',
      ...from,
      attempts: 3,
      originalTimestamp: 1_795_969_465_252,
      errorClass: 'a.StockError',
      errorMessage: 'none left',
    });
  });

  it('of Kafka’s own has its text, and what a null message does not say', () => {
    const text = (prefix: string): IHeaders => ({
      [`${prefix}topic`]: 'orders',
      [`${prefix}partition`]: '3',
      [`${prefix}offset`]: '70000',
    });
    expect(
      read({
        ...text('__connect.errors.'),
        '__connect.errors.connector.name': 'sink',
        '__connect.errors.exception.class.name': 'a.DataError',
        '__connect.errors.exception.message': null as never,
      }),
    ).to.deep.include({ writer: 'Kafka Connect', ...from, groupId: 'connect-sink', originalTimestamp: 7_000, errorMessage: undefined });
    const ofStreams = {
      ...text('__streams.errors.'),
      '__streams.errors.exception': 'a.StockError',
      '__streams.errors.message': null as never,
    };
    expect(read(ofStreams)).to.deep.include({ writer: 'Kafka Streams', ...from, errorClass: 'a.StockError' });
    const punctuator = { '__streams.errors.exception': 'a.E', '__streams.errors.topic': null as never, '__streams.errors.partition': '-1' };
    expect(read(punctuator)).to.deep.include({ originalTopic: undefined, originalPartition: undefined });
    const rejected = {
      '__dlq.errors.group': 'packing',
      '__dlq.errors.delivery.count': '5',
      '__dlq.errors.message': 'Offset rejected by client.',
    };
    expect(read({ ...text('__dlq.errors.'), ...rejected })).to.deep.include({
      writer: 'share group',
      ...from,
      groupId: 'packing',
      attempts: 5,
      traceId: undefined,
    });
  });

  it('of Watermill has its topic and reason', () => {
    const headers = { topic_poisoned: 'orders', reason_poisoned: 'none left', handler_poisoned: 'pack' };
    expect(read(headers)).to.deep.include({ writer: 'Watermill', originalTopic: 'orders', errorMessage: 'none left' });
  });

  it('has the trace of the record that failed, not of the dead-letter record, where what the record carried is there', () => {
    const spring = origin('kafka_dlt-original', 'orders');
    const traceOf = (headers: IHeaders): unknown => read({ ...spring, traceparent: traceparent(deadLetterTrace), ...headers }).traceId;
    expect(traceOf({})).to.equal(deadLetterTrace);
    expect(traceOf({ b3: `${recordTrace}-${'c'.repeat(16)}-1` })).to.equal(recordTrace);
    expect(traceOf({ 'tracelink-origin': traceparent(recordTrace) })).to.equal(recordTrace);
    expect(
      traceOf({ 'tracelink-trace': `hops=2;since=1;span=${traceparent(recordTrace)}`, 'tracelink-origin': traceparent('d'.repeat(32)) }),
    ).to.equal(recordTrace);
  });

  it('has no number of another width, below zero or beyond what is exact', () => {
    const fields = (partition: Buffer, offset: Buffer): unknown[] => {
      const { originalPartition, originalOffset } = read({
        'kafka_dlt-original-topic': 'orders',
        'kafka_dlt-original-partition': partition,
        'kafka_dlt-original-offset': offset,
      });
      return [originalPartition, originalOffset];
    };
    expect(fields(int(3, 8), int(3, 4))).to.deep.equal([undefined, undefined]);
    expect(fields(int(-1, 4), int(-1, 8))).to.deep.equal([undefined, undefined]);
    expect(fields(Buffer.from('3'), Buffer.from('70000'))).to.deep.equal([undefined, undefined]);
    const highest = Buffer.alloc(8);
    highest.writeBigInt64BE(2n ** 63n - 1n);
    expect(fields(int(3, 4), highest)).to.deep.equal([3, '9223372036854775807']);
  });

  it('never throws, whatever stands in the headers that its writers use', () => {
    const names = [
      ...[
        'kafka_dlt-original-',
        'kafka_original-',
        'x-original-',
        'dead-letter-',
        'delayed-retry-',
        '__connect.errors.',
        '__streams.errors.',
        '__dlq.errors.',
      ].flatMap((prefix) =>
        ['topic', 'partition', 'offset', 'timestamp', 'count', 'exception', 'message', 'stacktrace'].map((end) => prefix + end),
      ),
      'retry_topic-attempts',
      'traceparent',
      'b3',
      'topic_poisoned',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
    );
    const headers = fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 3 })));
    const seen = new Set<string | undefined>();
    fc.assert(
      fc.property(headers, (each) => {
        seen.add(read(each as IHeaders).writer);
      }),
    );
    expect(seen.size).to.be.above(writers.length / 2);
  });
});

describe('the name of a dead-letter topic', () => {
  it('is told from others', () => {
    for (const topic of [
      'orders.packing.dead-letter',
      'orders-dlt',
      'dlq.orders',
      'orders.DLQ',
      'dead-letter-topic-orders',
      'error.orders.packing',
      'orders_deadletters',
      'poison',
    ])
      expect(isDeadLetterTopic(topic), topic).to.equal(true);
    for (const topic of ['orders', 'deadlines', 'errors', 'orders.error', 'idlt', 'orders.packing.retry.5s'])
      expect(isDeadLetterTopic(topic), topic).to.equal(false);
  });
});
