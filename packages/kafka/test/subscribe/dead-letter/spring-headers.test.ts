import { expect } from 'chai';
import { springHeaders } from '../../../src/subscribe/headers/spring-headers.ts';

describe('the headers of Spring for Apache Kafka', () => {
  const failure = {
    topic: 'orders',
    partition: 258,
    offset: '4294967298',
    timestamp: 1_790_000_000_000,
    groupId: 'packing',
    attempts: 3,
    firstFailure: 0,
    attempt: undefined,
  };

  it('are text and big-endian integers', () => {
    const { 'kafka_dlt-exception-stacktrace': stack, ...rest } = springHeaders({ ...failure, error: new RangeError('no shelf') });
    expect(rest).to.deep.equal({
      'kafka_dlt-original-topic': 'orders',
      'kafka_dlt-original-partition': Buffer.from([0, 0, 1, 2]),
      'kafka_dlt-original-offset': Buffer.from([0, 0, 0, 1, 0, 0, 0, 2]),
      'kafka_dlt-original-timestamp': Buffer.from([0, 0, 1, 160, 196, 80, 108, 0]),
      'kafka_dlt-original-timestamp-type': 'CreateTime',
      'kafka_dlt-original-consumer-group': 'packing',
      'kafka_dlt-exception-fqcn': 'RangeError',
      'kafka_dlt-exception-message': 'no shelf',
    });
    expect(stack).to.match(/^RangeError: no shelf\n/);
  });

  it('have no stack when the thrown value has none', () => {
    expect(springHeaders({ ...failure, error: 'text' })).not.to.have.property('kafka_dlt-exception-stacktrace');
  });
});
